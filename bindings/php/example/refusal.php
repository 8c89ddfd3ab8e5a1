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
    $outcome = provesAbsence($status, $codes, $texts) ? Outcome::Refused : Outcome::Unknown;
    // DOKU's own words; they may repeat what the customer typed.
    $reasons = json_encode([...$codes, ...$texts], JSON_INVALID_UTF8_SUBSTITUTE);
    return new OrderException($outcome, $status, $reasons === '[]' ? 'DOKU gives no reason' : "DOKU says $reasons");
}

function provesAbsence(int $status, array $codes, array $texts): bool
{
    $texts = array_merge(...array_map(fn ($text) => explode('; ', $text), $texts));
    if (array_intersect($texts, TELLING) !== []) {
        return false;
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
