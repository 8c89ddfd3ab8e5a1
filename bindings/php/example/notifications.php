<?php

// Receives notifications: php -S 127.0.0.1:8080 notifications.php
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials.

declare(strict_types=1);

require __DIR__ . '/../doku.php';
require __DIR__ . '/answer.php';

// The path of the notification URL as DOKU has it, not as a proxy or a router rewrites it.
const NOTIFICATIONS = '/payments/notifications';

// What DOKU expects as the acknowledgement.
const ACKNOWLEDGED = '{"responseCode":"2000000","responseMessage":"Successful"}';

// What the customer pays, in whole rupiah.
const AMOUNT = 100_000;

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
// Only now is the body parsed. Store it here, then answer, and only then act on it. What cannot be read is kept and
// acknowledged too.
$notification = read($body);
$invoiceNumber = member($notification, 'order', 'invoice_number');
$status = member($notification, 'transaction', 'status');
// Look up your own order by its invoice number; the amount of this shop's orders is always the same.
$fits = isRupiah(member($notification, 'order', 'amount'), AMOUNT);
error_log('verified: ' . json_encode($invoiceNumber) . ' is ' . json_encode($status)
    . ($fits ? '' : ', with another amount; look at it by hand, and ship nothing'));
header('Content-Type: application/json');
echo ACKNOWLEDGED;
