<?php

// Generates an order and prints the address of its payment page: php order.php INV-1
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.

declare(strict_types=1);

require __DIR__ . '/../doku.php';
require __DIR__ . '/answer.php';

const SANDBOX = 'https://api-sandbox.doku.com';
const GENERATE_ORDER = '/indodana-peer-to-peer/v2/generate-order';
const MAX_BODY = 1 << 20;

// It is known to everyone, and proves nothing.
const SIMULATOR_KEY = 'SK-simulator-known-to-everyone';

// What the customer pays, in whole rupiah: the sum of price × quantity of all line items.
const AMOUNT = 100_000;

if ($argc !== 2) {
    fwrite(STDERR, "usage: php order.php INVOICE_NUMBER\n");
    exit(2);
}
try {
    $doku = new Doku(getenv('DOKU_CLIENT_ID'), getenv('DOKU_SECRET_KEY'));
    echo generate($doku, newOrder($argv[1])), "\n";
} catch (DokuException $e) {
    fwrite(STDERR, 'DOKU_CLIENT_ID, DOKU_SECRET_KEY: ' . $e->getMessage() . "\n");
    exit(1);
} catch (OrderException | JsonException $e) {
    fwrite(STDERR, $e->getMessage() . "\n");
    exit(1);
}

/** Returns what is stored before it is sent. After a lost answer, send the same body with the same request id again. */
function newOrder(string $invoiceNumber): array
{
    $body = json_encode([
        'order' => ['invoice_number' => $invoiceNumber, 'amount' => AMOUNT,
            'callback_url_cancel' => 'https://shop.example/cancel',
            'line_items' => [
                // A discount lowers the price, shipping is an item of its own.
                ['name' => 'Ayam geprek', 'price' => 45000, 'quantity' => 2, 'id' => '1002', 'category' => 'food-and-beverage'],
                ['name' => 'Ongkos kirim', 'price' => 10000, 'quantity' => 1, 'id' => 'ONGKIR', 'category' => 'others'],
            ]],
        'peer_to_peer_info' => ['merchant_unique_reference' => '60123'],
        'customer' => ['first_name' => 'Sari', 'email' => 's.w@mail.example', 'phone' => '6281122334455'],
        'billing_address' => ['first_name' => 'Sari', 'address' => 'Jalan Melati No. 25', 'city' => 'Jakarta',
            'postal_code' => '12960', 'phone' => '6281122334455', 'country_code' => 'IDN'],
    ], JSON_THROW_ON_ERROR);
    $requestId = bin2hex(random_bytes(16));
    return ['requestId' => $requestId, 'invoiceNumber' => $invoiceNumber, 'amount' => AMOUNT, 'body' => $body];
}

/** Sends the order once, and returns where to send the customer. Store the order before it is called. */
function generate(Doku $doku, array $order): string
{
    $base = getenv('DOKU_URL') ?: SANDBOX;
    if (!isTrusted($base)) {
        throw new OrderException(Outcome::NothingSent, 0, 'DOKU_URL is neither https nor http on a loopback address');
    }
    $isSimulators = str_starts_with(getenv('DOKU_CLIENT_ID'), 'SIM-') || getenv('DOKU_SECRET_KEY') === SIMULATOR_KEY;
    if ($isSimulators && !str_starts_with($base, 'http://')) {
        $text = "the credentials are the simulator's, and DOKU_URL is not the simulator";
        throw new OrderException(Outcome::NothingSent, 0, $text);
    }
    $body = $order['body'];
    $headers = $doku->sign('POST', GENERATE_ORDER, $order['requestId'], new DateTimeImmutable(), $body);
    $lines = array_map(fn ($name, $value) => "$name: $value", array_keys($headers), $headers);
    // A redirect is not followed: it would hand the signed order, with name and address, to another host.
    $context = stream_context_create(['http' => ['method' => 'POST', 'content' => $body, 'timeout' => 30,
        'ignore_errors' => true, 'follow_location' => 0, 'header' => ['Content-Type: application/json', ...$lines]]]);
    $stream = @fopen($base . GENERATE_ORDER, 'r', false, $context);
    if ($stream === false) {
        throw new OrderException(Outcome::Unknown, 0, 'no answer came');
    }
    [$status, $received] = received(stream_get_meta_data($stream)['wrapper_data']);
    $answer = stream_get_contents($stream, MAX_BODY + 1);
    if ($answer === false || strlen($answer) > MAX_BODY || stream_get_meta_data($stream)['timed_out']) {
        throw new OrderException(Outcome::Unknown, $status, 'the answer is cut off or longer than 1 MiB');
    }
    return paymentUrl($doku, $order, $status, $received, $answer);
}

/** Returns the status and the headers of an answer. */
function received(array $lines): array
{
    $status = (int) (explode(' ', array_shift($lines) ?? '')[1] ?? 0);
    $headers = [];
    foreach ($lines as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[$name][] = trim($value);
    }
    return [$status, $headers];
}
