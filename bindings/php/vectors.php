<?php

// Runs the vectors, then bad input: php vectors.php

declare(strict_types=1);

require __DIR__ . '/doku.php';
require __DIR__ . '/example/answer.php';

/** What an exception says for a reason of the vectors. */
const SAYS = ['empty' => 'empty', 'too_long' => '128 visible', 'not_visible_ascii' => 'visible ASCII', 'is_secret_key' => 'SK-',
    'quoted' => 'quotation marks', 'white_space_at_edge' => 'white space', 'invisible_character' => 'nobody sees',
    'is_client_id' => 'client ids do',
    'control_character' => 'control character'];

set_error_handler(fn (int $level, string $text) => throw new ErrorException($text));

$failed = 0;
run('signatures', difference(...));
run('inputs', inputDifference(...));
run('answers', answerDifference(...));
badInput();
exit($failed === 0 ? 0 : 1);

function run(string $name, Closure $difference): void
{
    global $failed;
    $before = $failed;
    $table = file(__DIR__ . "/../../spec/vectors/$name.tsv", FILE_IGNORE_NEW_LINES);
    $lines = array_map(fn ($line) => explode("\t", $line), $table);
    $columns = array_shift($lines);
    foreach ($lines as $cells) {
        $vector = array_combine($columns, array_map(fn ($cell) => $cell === '-' ? null : $cell, $cells));
        same($vector['id'], null, $difference($vector));
    }
    printf("php: %d of %d vectors of %s passed\n", count($lines) - $failed + $before, count($lines), $name);
}

/** Returns how the code differs from a vector of what the caller passes; null if it does not. */
function inputDifference(array $vector): ?string
{
    $value = base64_decode($vector['value'], true);
    $doku = new Doku('BRN-1', 'SK-1');
    $now = new DateTimeImmutable();
    [$call, $says] = match ($vector['input']) {
        'client_id' => [fn () => new Doku($value, 'SK-1'), SAYS],
        'secret_key' => [fn () => new Doku('BRN-1', 'SK-1', $value), SAYS],
        'request_id' => [fn () => $doku->sign('POST', '/a', $value, $now, ''), 'request id'],
        'target' => [fn () => $doku->sign('POST', $value, 'r', $now, ''), 'target'],
    };
    try {
        $call();
    } catch (DokuException $e) {
        $isTarget = $vector['input'] === 'target';
        $reason = $isTarget ? 'malformed_target' : 'configuration';
        $right = $vector['result'] === 'invalid' && $e->reason === $reason
            && str_contains($e->getMessage(), is_array($says) ? $says[$vector['reason']] : $says);
        $shown = preg_match('/SK-test|BRN-0000/', $e->getMessage()) === 1;
        $same = !$isTarget || reason(fn () => $doku->verifyNotification($value, [], '')) === $reason;
        return $right && !$shown && $same ? null : $e->getMessage();
    }
    return $vector['result'] === 'valid' ? null : 'it is taken';
}

/** Returns how the code differs from a vector; null if it does not. */
function difference(array $vector): ?string
{
    $body = $vector['body'] === null ? null : base64_decode($vector['body'], true);
    if ($body !== null && Doku::digest($body) !== $vector['digest']) {
        return 'digest ' . Doku::digest($body);
    }
    if ($vector['kind'] === 'digest') {
        return null;
    }
    $keys = array_map('base64_decode', explode(',', $vector['keys']));
    $doku = new Doku($vector['client_id'], ...$keys);
    [$id, $target] = [$vector['request_id'], $vector['target']];
    $label = $vector['kind'] === 'response' ? 'Response-Timestamp' : 'Request-Timestamp';
    $text = $doku->stringToSign((string) $id, "$label:$vector[timestamp]", $target, $vector['digest']);
    if ($vector['string_to_sign'] !== null && $text !== base64_decode($vector['string_to_sign'])) {
        return "string to sign $text";
    }
    if ($vector['kind'] === 'request') {
        $signature = signature($keys[0], $text);
        if (!str_contains((string) $vector['flags'], 'digest-given')) {
            $at = new DateTimeImmutable($vector['timestamp']);
            $signature = $doku->sign($vector['method'], $target, $id, $at, $body)['Signature'];
        }
        return ($signature === $vector['signature']) === ($vector['result'] === 'valid') ? null : "signature $signature";
    }
    $headers = headersOf($vector);
    $reason = reason(fn () => $vector['kind'] === 'response'
        ? $doku->verifyResponse($target, $id, $headers, $body)
        : $doku->verifyNotification($target, $headers, $body), $vector['matching_target']);
    return $reason === $vector['reason'] ? null : "reason $reason";
}

/** Returns how the shop's reading of an answer differs from a vector; null if it does not. */
function answerDifference(array $vector): ?string
{
    $doku = new Doku($vector['client_id'], ...array_map('base64_decode', explode(',', $vector['keys'])));
    $order = ['requestId' => $vector['request_id'], 'invoiceNumber' => $vector['invoice_number'],
        'amount' => (int) $vector['amount'], 'body' => '{}'];
    $sent = $doku->sign('POST', GENERATE_ORDER, $order['requestId'], new DateTimeImmutable(), $order['body']);
    $answer = base64_decode((string) $vector['body'], true);
    try {
        paymentUrl($doku, $order, $sent, (int) $vector['status'], headersOf($vector), $answer);
        $outcome = 'generated';
    } catch (OrderException $e) {
        $outcome = strtolower($e->outcome->name);
    }
    return $outcome === $vector['outcome'] ? null : $outcome;
}

function headersOf(array $vector): array
{
    $headers = [];
    foreach ($vector['headers'] === null ? [] : explode(',', $vector['headers']) as $pair) {
        [$name, $value] = array_map('base64_decode', explode(':', $pair));
        $headers[$name][] = $value;
    }
    return $headers;
}

function badInput(): void
{
    foreach ([[], [null], [''], ['SK-1', ''], ["SK-1\n"], ["SK-\xff"], [1], [['SK-1']]] as $keys) {
        same('keys', 'configuration', reason(fn () => new Doku('BRN-1', ...$keys)));
    }
    foreach ([null, '', "BRN-1\n", "BRN-\xff", 1] as $id) {
        same('client id', 'configuration', reason(fn () => new Doku($id, 'SK-1')));
    }
    $doku = new Doku('BRN-1', 'SK-secret');
    $at = new DateTimeImmutable('2026-01-05T10:00:00.9+07:00');
    $bad = [[null, 'r'], ['get', 'r'], ['POST', null], ['POST', ''], ['POST', "r\n"], ['POST', "r\xff"], ['POST', 1]];
    foreach ($bad as [$method, $id]) {
        same('method, id', 'configuration', reason(fn () => $doku->sign($method, '/a', $id, $at, '{}')));
    }
    foreach ([null, '', 'a', "/a\n", "/\xff", 'http://shop.example/a', ['/a']] as $target) {
        same('target', 'malformed_target', reason(fn () => $doku->sign('POST', $target, 'r', $at, '{}')));
        same('target', 'malformed_target', reason(fn () => $doku->verifyNotification($target, [], '{}')));
    }
    foreach ([null, ['order' => []], (object) [], 1, false] as $body) {
        same('body', 'malformed_body', reason(fn () => $doku->sign('POST', '/a', 'r', $at, $body)));
        same('body', 'malformed_body', reason(fn () => $doku->verifyNotification('/a', [], $body)));
    }
    foreach ([null, [], 'Client-Id: BRN-1', ['Client-Id' => []], [['Client-Id', 'BRN-1']]] as $headers) {
        same('headers', 'missing_header', reason(fn () => $doku->verifyNotification('/a', $headers, '{}')));
    }
    foreach ([1, "BRN-\xff", [['BRN-1']]] as $value) {
        same('header', 'malformed_header', reason(fn () => $doku->verifyNotification('/a', ['Client-Id' => $value], '{}')));
    }

    $sent = $doku->sign('POST', '/a', 'r', $at, '{}');
    same('time', '2026-01-05T03:00:00Z', $sent['Request-Timestamp']);
    $server = ['argc' => 1, 7 => 'x'];
    foreach ($sent as $name => $value) {
        $server['HTTP_' . strtr(strtoupper($name), '-', '_')] = $value;
    }
    same('$_SERVER', null, reason(fn () => $doku->verifyNotification('/a', Doku::headers($server), '{}')));
    $joined = ['Signature' => "$sent[Signature], $sent[Signature]"] + $sent;
    same('joined', 'malformed_signature', reason(fn () => $doku->verifyNotification('/a', $joined, '{}')));

    $text = $doku->stringToSign('r', 'Response-Timestamp:2026-01-05T03:00:00Z', '/a', Doku::digest('{}'));
    $answer = ['Response-Timestamp' => '2026-01-05T03:00:00Z', 'Signature' => signature('SK-secret', $text)] + $sent;
    same('answer', null, reason(fn () => $doku->verifyResponse('/a', 'r', $answer, '{}')));
    foreach (['s', '', null] as $id) {
        same('other id', 'request_id_mismatch', reason(fn () => $doku->verifyResponse('/a', $id, $answer, '{}')));
    }
    foreach ([10000, -1] as $year) {
        same('year', 'configuration', reason(fn () => $doku->sign('POST', '/a', 'r', $at->setDate($year, 1, 1), '{}')));
    }
    ob_start();
    var_dump($doku, [$doku]);
    $printed = ob_get_clean() . print_r($doku, true) . var_export($doku, true) . json_encode($doku)
        . print_r([(array) $doku, clone $doku], true);
    same('printed', 0, substr_count($printed, 'secret'));
    same('serialized', 'configuration', reason(fn () => serialize($doku)));
    same('in a session', 'configuration', reason(fn () => serialize(['doku' => $doku])));
    // What a log shows of an exception that nobody caught.
    try {
        new Doku('SK-secret', "SK-secret\n");
    } catch (DokuException $e) {
        same('trace', 0, substr_count((string) $e . print_r($e->getTrace(), true), 'SK-secret'));
    }
}

function signature(string $key, string $text): string
{
    return Closure::bind(fn () => Doku::signature($key, $text), null, Doku::class)();
}

/** Returns the reason that a call fails for, or null. The text must name the target that was signed, if there is one. */
function reason(Closure $call, ?string $target = null): ?string
{
    try {
        $call();
        return null;
    } catch (DokuException $e) {
        return $target === null || str_contains($e->getMessage(), "for $target;") ? $e->reason : $e->getMessage();
    }
}

function same(string $name, mixed $expected, mixed $found): void
{
    global $failed;
    if ($expected !== $found) {
        $failed++;
        printf("%s: %s, not %s\n", $name, var_export($found, true), var_export($expected, true));
    }
}
