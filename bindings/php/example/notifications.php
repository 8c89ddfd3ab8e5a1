<?php

// Receives notifications: php -S 127.0.0.1:8080 notifications.php
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials.

declare(strict_types=1);

require __DIR__ . '/../doku.php';

// The path of the notification URL as DOKU has it, not as a proxy or a router rewrites it.
const NOTIFICATIONS = '/payments/notifications';

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== NOTIFICATIONS) {
    http_response_code(404);
    exit;
}
$body = file_get_contents('php://input');
try {
    $doku = new Doku(getenv('DOKU_CLIENT_ID'), getenv('DOKU_SECRET_KEY'));
    $doku->verifyNotification(NOTIFICATIONS, getallheaders(), $body);
} catch (DokuException $e) {
    error_log('refused: ' . $e->getMessage());
    http_response_code($e->reason === 'configuration' ? 500 : 401);
    exit;
}
// Only now is the body parsed. Compare invoice number and amount with your own order. What cannot be read is kept
// and acknowledged too: DOKU did send it.
$notification = json_decode($body, true);
error_log('verified: ' . json_encode($notification['order']['invoice_number'] ?? null)
    . ' is ' . json_encode($notification['transaction']['status'] ?? null));
