<?php

// What DOKU says against an order. There is no order only where the table in generated.php lists that as a proof: what is not
// known may well be said of an order that is there.

declare(strict_types=1);

require_once __DIR__ . '/generated.php';

/** Reads a refusal, which has one of several shapes. Of the codes the first one counts. */
function refusal(int $status, mixed $said): OrderException
{
    $inner = member($said, 'error');
    $codes = [member($inner, 'code'), member($said, 'code'), member($said, 'response_code'), member($said, 'status')];
    $codes = array_values(array_filter($codes, is_string(...)));
    $texts = [];
    foreach ([member($inner, 'message'), member($said, 'message'), member($said, 'error_messages')] as $given) {
        // What is no text is listed nowhere.
        $list = is_array($given) ? $given : ($given === null ? [] : [$given]);
        $texts = [...$texts, ...array_map(fn ($text) => is_string($text) ? $text : json_encode($text), $list)];
    }
    $isWhole = isTold($codes, $texts, $said, '');
    $outcome = $isWhole && provesAbsence($status, $codes, $texts) ? Outcome::Refused : Outcome::Unknown;
    // DOKU's own words; they may repeat what the customer typed.
    $reasons = json_encode([...$codes, ...$texts], JSON_INVALID_UTF8_SUBSTITUTE);
    return new OrderException($outcome, $status, $reasons === '[]' ? 'DOKU gives no reason' : "DOKU says $reasons");
}

/**
 * Tells whether codes and texts are all that a part of an answer says: more may be said of an order. The name is that of the
 * member whose value it is.
 */
function isTold(array $codes, array $texts, mixed $value, string $name): bool
{
    if (is_object($value) || is_array($value)) {
        $isRead = is_array($value) || $name === '' || $name === 'error';
        foreach ((array) $value as $inside => $inner) {
            $isRead = $isRead && isTold($codes, $texts, $inner, is_array($value) ? $name : (string) $inside);
        }
        return $isRead;
    }
    if (is_string($value)) {
        return $value === '' || in_array($name, ['type', 'timestamp', 'path'], true)
            || $name === 'status' && $value === 'FAILED'
            || $value === ($codes[0] ?? null) || in_array($value, $texts, true);
    }
    return $value === null || !in_array($name, ['code', 'response_code', 'message', 'error_messages'], true);
}

function provesAbsence(int $status, array $codes, array $texts): bool
{
    $texts = array_merge(...array_map(fn ($text) => explode('; ', $text), $texts));
    foreach ($texts as $text) {
        if (array_filter(TELLING, fn ($telling) => stripos($text, $telling) !== false) !== []) {
            return false;
        }
    }
    $areListed = $texts !== [];
    foreach ($texts as $text) {
        $listed = fn ($entry) => preg_match($entry[0], $text) === 1 && in_array($status, $entry[1], true);
        $areListed = $areListed && array_filter(REFUSAL_TEXTS, $listed) !== [];
    }
    if ($codes === []) {
        return $areListed;
    }
    foreach (REFUSAL_CODES as [$name, $statuses, $anyText]) {
        if ($name === $codes[0] && in_array($status, $statuses, true)) {
            return $anyText || $areListed;
        }
    }
    return false;
}
