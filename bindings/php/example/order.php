<?php

// Generates an order and prints the address of its payment page: php order.php INV-1
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.

declare(strict_types=1);

require __DIR__ . '/../doku.php';
require __DIR__ . '/answer.php';

const SANDBOX = 'https://api-sandbox.doku.com';
const MAX_BODY = 1 << 20;

// There was no connection, so that nothing of the order was sent. After any other fault an order may exist.
const NOT_SENT = [CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT];

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
    $received = $answer = '';
    $curl = curl_init($base . GENERATE_ORDER);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'Expect:', ...$lines],
        // A redirect is not followed: it would hand the signed order, with name and address, to another host.
        CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
        CURLOPT_TIMEOUT => 30,
        CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line) use (&$received): int {
            // The headers of an interim answer are none of the answer.
            $received = str_starts_with($line, 'HTTP/') ? '' : $received . $line;
            return strlen($line);
        },
        // A longer answer is cut here, which is a fault.
        CURLOPT_WRITEFUNCTION => function (CurlHandle $curl, string $part) use (&$answer): int {
            $answer .= $part;
            return strlen($answer) <= MAX_BODY ? strlen($part) : 0;
        },
    ]);
    curl_exec($curl);
    if (in_array(curl_errno($curl), NOT_SENT, true)) {
        throw new OrderException(Outcome::NothingSent, 0, "no connection to $base");
    }
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if (curl_errno($curl) !== CURLE_OK) {
        throw new OrderException(Outcome::Unknown, $status, 'no whole answer came, or one longer than 1 MiB');
    }
    return paymentUrl($doku, $order, $headers, $status, headers($received), $answer);
}

/** Returns the headers of an answer, each with its values. */
function headers(string $received): array
{
    $headers = [];
    foreach (explode("\r\n", trim($received)) as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        $headers[$name][] = trim($value);
    }
    return $headers;
}
