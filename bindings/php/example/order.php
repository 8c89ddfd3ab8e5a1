<?php

// Generates an order and prints the address of its payment page: php order.php INV-1
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.

declare(strict_types=1);

require __DIR__ . '/../doku.php';

const GENERATE_ORDER = '/indodana-peer-to-peer/v2/generate-order';

if ($argc !== 2) {
    fwrite(STDERR, "usage: php order.php INVOICE_NUMBER\n");
    exit(2);
}
try {
    echo order($argv[1]), "\n";
} catch (DokuException | RuntimeException $e) {
    fwrite(STDERR, $e->getMessage() . "\n");
    exit(1);
}

function order(string $invoiceNumber): string
{
    $body = json_encode([
        'order' => ['invoice_number' => $invoiceNumber, 'amount' => 100000,
            'callback_url_cancel' => 'https://shop.example/cancel',
            'line_items' => [['name' => 'Ayam geprek', 'price' => 50000, 'quantity' => 2, 'id' => '1002',
                'category' => 'food-and-beverage']]],
        'peer_to_peer_info' => ['merchant_unique_reference' => '60123'],
        'customer' => ['first_name' => 'Sari', 'email' => 's.w@mail.example', 'phone' => '6281122334455'],
        'billing_address' => ['first_name' => 'Sari', 'address' => 'Jalan Melati No. 25', 'city' => 'Jakarta',
            'postal_code' => '12960', 'phone' => '6281122334455', 'country_code' => 'IDN'],
    ], JSON_THROW_ON_ERROR);
    // Store the request id and the body here. After a lost answer, send the same body with the same id again.
    $requestId = bin2hex(random_bytes(16));

    $doku = new Doku(getenv('DOKU_CLIENT_ID'), getenv('DOKU_SECRET_KEY'));
    $headers = $doku->sign('POST', GENERATE_ORDER, $requestId, new DateTimeImmutable(), $body);
    $lines = array_map(fn ($name, $value) => "$name: $value", array_keys($headers), $headers);
    $context = stream_context_create(['http' => ['method' => 'POST', 'content' => $body, 'timeout' => 30,
        'ignore_errors' => true, 'follow_location' => 0, 'header' => ['Content-Type: application/json', ...$lines]]]);
    $base = getenv('DOKU_URL') ?: 'https://api-sandbox.doku.com';
    $answer = @file_get_contents($base . GENERATE_ORDER, false, $context);
    if ($answer === false) {
        throw new RuntimeException('no answer from DOKU, and an order may exist: send the same body with the same id again');
    }
    $received = [];
    foreach (array_slice($http_response_header, 1) as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $received[$name][] = trim($value);
    }
    $doku->verifyResponse(GENERATE_ORDER, $requestId, $received, $answer);

    $url = json_decode($answer, true)['payment']['url'] ?? null;
    return $url ?? throw new RuntimeException("$http_response_header[0] without a payment URL");
}
