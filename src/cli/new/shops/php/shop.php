<?php

// A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.

declare(strict_types=1);

$token = trim(file_get_contents('secrets/token'));
$secret = base64_decode(substr(trim(file_get_contents('secrets/webhook')), strlen('whsec_')));
$path = $_SERVER['REQUEST_URI'];
$body = file_get_contents('php://input');

if ($path === '/effects') {
    // Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
    [$id, $sent, $given] = array_map(fn ($name) => $_SERVER["HTTP_WEBHOOK_$name"] ?? '', ['ID', 'TIMESTAMP', 'SIGNATURE']);
    $ours = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$sent.$body", $secret, true));
    $genuine = abs(time() - (int) $sent) < 300
        && array_filter(explode(' ', $given), fn ($theirs) => hash_equals($ours, $theirs)) !== [];
    $done = $genuine && file_put_contents("effects/$id.json", $body) !== false;
    http_response_code(match (true) { $done => 204, $genuine => 500, default => 401 });
} elseif ($_SERVER['REQUEST_METHOD'] === 'POST') {
    // One number for one cart: a second click makes no second order.
    $order = json_decode(file_get_contents('order.json'));
    $order->order->invoice_number = substr($path, strlen('/buy/'));
    $headers = ["Authorization: Bearer $token", 'Content-Type: application/json'];
    $request = ['method' => 'POST', 'header' => $headers, 'content' => json_encode($order), 'ignore_errors' => true];
    $answer = file_get_contents('http://127.0.0.1:4100/orders', false, stream_context_create(['http' => $request]));
    $url = json_decode($answer)->payment_url ?? null;
    header($url ? "Location: $url" : 'Content-Type: application/json', true, $url ? 303 : (int) substr($http_response_header[0], 9, 3));
    echo $answer;
    // All else: the front page.
} else {
    echo '<form method=post action=/buy/INV-', bin2hex(random_bytes(16)), '><button>Pay later</button></form>';
}
