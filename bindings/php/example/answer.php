<?php

// What an answer of DOKU to an order means, and whether an order may exist.

declare(strict_types=1);

require_once __DIR__ . '/json.php';
require_once __DIR__ . '/refusal.php';

const GENERATE_ORDER = '/indodana-peer-to-peer/v2/generate-order';

/** Whether an order may exist at DOKU, and what to do. */
enum Outcome: string
{
    case NothingSent = 'nothing was sent: correct it and try again';
    case Refused = 'there is no order: offer another way to pay';
    case Unknown = 'an order may exist: send the same body with the same request id again, or ask for its status; '
        . 'never make a new order';
}

/** Why there is no payment page. Its status is 0 where no answer came. */
final class OrderException extends Exception
{
    public function __construct(public readonly Outcome $outcome, public readonly int $status, string $text)
    {
        parent::__construct(($status === 0 ? '' : "HTTP $status: ") . "$text; $outcome->value");
    }
}

/**
 * Returns where to send the customer. DOKU's answer is proven first, and then compared with the order; a proven answer about
 * the order counts, whatever its status. The headers are those of the request and those of the answer.
 *
 * @param array{requestId: string, invoiceNumber: string, amount: int, body: string} $order
 */
function paymentUrl(Doku $doku, array $order, array $sent, int $status, array $headers, string $answer): string
{
    $unknown = fn (string $text) => throw new OrderException(Outcome::Unknown, $status, $text);
    $proven = true;
    try {
        $doku->verifyResponse(GENERATE_ORDER, $order['requestId'], $headers, $answer);
    } catch (DokuException $e) {
        $proven = false;
        if (intdiv($status, 100) === 2 || values($headers, 'Signature') !== []) {
            $unknown("the answer is not proven to be DOKU's: " . $e->getMessage());
        }
    }
    $said = read($answer);
    $invoiceNumber = member($said, 'order', 'invoice_number');
    $payment = member($said, 'payment', 'status');
    $url = member($said, 'payment', 'url');
    $isAboutAnOrder = is_string($invoiceNumber) && is_string($payment);
    if (!$proven && isForeign($sent, $headers)) {
        $unknown("the answer is to another request, or a cache's");
    } elseif (!$proven || !$isAboutAnOrder && intdiv($status, 100) !== 2) {
        throw refusal($status, $said);
    } elseif (!$isAboutAnOrder) {
        $unknown('the answer is not JSON about an order');
    } elseif ($invoiceNumber !== $order['invoiceNumber']) {
        $unknown('the answer is not about this invoice number');
    } elseif (!isRupiah(member($said, 'order', 'amount'), $order['amount'])) {
        $unknown('the answer is about another amount');
    } elseif ($payment === 'FAILED') {
        throw new OrderException(Outcome::Refused, $status, 'the payment status is FAILED');
    } elseif ($payment !== 'PENDING') {
        $unknown('the payment status is neither PENDING nor FAILED');
    } elseif (!is_string($url) || !isTrusted($url)) {
        $unknown('the answer has no payment URL that is https');
    }
    return $url;
}

/**
 * Tells whether an answer without a signature says itself that it is none to our request of now: it names another request
 * or another client, or a cache had it.
 */
function isForeign(array $sent, array $headers): bool
{
    foreach (['Request-Id', 'Client-Id'] as $name) {
        if (array_diff(values($headers, $name), [$sent[$name]]) !== []) {
            return true;
        }
    }
    foreach ($headers as $name => $values) {
        if (array_filter($values, fn ($value) => isHit(strtolower((string) $name), $value)) !== []) {
            return true;
        }
    }
    return values($headers, 'Age') !== [] || values($headers, 'Warning') !== [];
}

/** Tells whether a cache says in this header that it had the answer. */
function isHit(string $name, string $value): bool
{
    if ($name === 'x-varnish') {
        return preg_match('/\S\s+\S/', $value) === 1;
    }
    $hit = '/hit|stale|revalidated|updating|fresh|expired/i';
    return str_contains($name, 'cache') && !str_ends_with($name, 'control')
        && (preg_match($hit, $value) === 1 || str_ends_with($name, 'hits') && preg_match('/[1-9]/', $value) === 1);
}

/** Returns the values of a header, which may stand there in any case and more than once. */
function values(array $headers, string $wanted): array
{
    $is = fn ($name) => strcasecmp((string) $name, $wanted) === 0;
    return array_merge(...array_map(array_values(...), array_values(array_filter($headers, $is, ARRAY_FILTER_USE_KEY))));
}

/** Compares an amount with ours: 100000, 100000.00 and the same as text. */
function isRupiah(mixed $given, int $ours): bool
{
    return match (true) {
        is_int($given) => $given === $ours,
        // An amount with decimals. Beyond 2^53 a float is not exact, and an amount of this size is not ours.
        is_float($given) => $given === (float) $ours && $ours < 2 ** 53,
        is_string($given) => preg_match('/^([0-9]{1,16})(\.00?)?$/D', $given, $parts) === 1 && (int) $parts[1] === $ours,
        default => false,
    };
}

/** Tells whether an absolute URL is https, or http on a loopback address. */
function isTrusted(string $text): bool
{
    $url = preg_match('~^https?://[!-\[\]-\~]+$~D', $text) === 1 ? parse_url($text) : false;
    $host = $url['host'] ?? '';
    if (!$url || $host === '' || isset($url['user']) || isset($url['pass'])) {
        return false;
    }
    $isLocal = $host === 'localhost' || $host === '[::1]'
        || str_starts_with($host, '127.') && filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) !== false;
    return $url['scheme'] === 'https' || $isLocal;
}
