<?php

// What an answer of DOKU to an order means, and whether an order may exist.

declare(strict_types=1);

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
 * Returns where to send the customer. DOKU's answer is proven first, and then compared with the order.
 *
 * @param array{requestId: string, invoiceNumber: string, amount: int, body: string} $order
 */
function paymentUrl(Doku $doku, array $order, int $status, array $headers, string $answer): string
{
    $unknown = fn (string $text) => throw new OrderException(Outcome::Unknown, $status, $text);
    $proven = true;
    try {
        $doku->verifyResponse(GENERATE_ORDER, $order['requestId'], $headers, $answer);
    } catch (DokuException $e) {
        $proven = false;
        $isSigned = in_array('signature', array_map(strtolower(...), array_map(strval(...), array_keys($headers))), true);
        if (intdiv($status, 100) === 2 || $isSigned) {
            $unknown("the answer is not proven to be DOKU's: " . $e->getMessage());
        }
    }
    $made = json_decode($answer, true, 64);
    $isOurs = member($made, 'order', 'invoice_number') === $order['invoiceNumber'];
    $url = member($made, 'payment', 'url');
    // The same order sent again is answered with HTTP 409 and the first answer.
    if (!$proven || $status !== 200 && !($status === 409 && $isOurs)) {
        throw refusal($status, $made, $proven);
    } elseif (!is_array($made)) {
        $unknown('the answer is not JSON about an order');
    } elseif (!$isOurs) {
        $unknown('the answer is not about this invoice number');
    } elseif (!isRupiah(member($made, 'order', 'amount'), $order['amount'])) {
        $unknown('the answer is about another amount');
    } elseif (member($made, 'payment', 'status') === 'FAILED') {
        throw new OrderException(Outcome::Refused, $status, 'the payment status is FAILED');
    } elseif (!is_string($url) || !isTrusted($url)) {
        $unknown('the answer has no payment URL that is https');
    }
    return $url;
}

/** Returns a member of decoded JSON; null where there is none. */
function member(mixed $value, string ...$path): mixed
{
    foreach ($path as $name) {
        $value = is_array($value) ? $value[$name] ?? null : null;
    }
    return $value;
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

/** Reads what DOKU says against the order. A page of a proxy says nothing of the order. */
function refusal(int $status, mixed $said, bool $proven): OrderException
{
    $reasons = [];
    foreach ([member($said, 'error'), $said] as $from) {
        foreach (['code', 'response_code', 'message', 'error_messages'] as $name) {
            $texts = member($from, $name);
            $reasons = [...$reasons, ...array_filter(is_array($texts) ? array_values($texts) : [$texts], is_string(...))];
        }
    }
    // Words that say that there is an order already, or that DOKU failed after all.
    $isTelling = preg_match('/already|duplicat|idempoten|internal server error|was used/i', implode("\n", $reasons)) === 1;
    $isRefusal = match (true) {
        $status === 429 => true,
        in_array($status, [408, 409, 425], true), $isTelling => false,
        default => intdiv($status, 100) === 4 && ($proven || $reasons !== []),
    };
    // DOKU's own words; they may repeat what the customer typed.
    $text = $reasons === [] ? 'DOKU gives no reason' : 'DOKU says ' . json_encode($reasons, JSON_INVALID_UTF8_SUBSTITUTE);
    return new OrderException($isRefusal ? Outcome::Refused : Outcome::Unknown, $status, $text);
}
