<?php

// Runs the signature vectors, then bad input: php vectors.php

declare(strict_types=1);

require __DIR__ . '/doku.php';

set_error_handler(fn (int $level, string $text) => throw new ErrorException($text));

$failed = 0;
$lines = array_map(fn ($line) => explode("\t", $line), file(__DIR__ . '/../../spec/vectors/signatures.tsv', FILE_IGNORE_NEW_LINES));
$columns = array_shift($lines);
foreach ($lines as $cells) {
    $vector = array_combine($columns, array_map(fn ($cell) => $cell === '-' ? null : $cell, $cells));
    same($vector['id'], null, difference($vector));
}
printf("php: %d of %d vectors passed\n", count($lines) - $failed, count($lines));
badInput();
exit($failed === 0 ? 0 : 1);

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
    $headers = [];
    foreach ($vector['headers'] === null ? [] : explode(',', $vector['headers']) as $pair) {
        [$name, $value] = array_map('base64_decode', explode(':', $pair));
        $headers[$name][] = $value;
    }
    $reason = reason(fn () => $vector['kind'] === 'response'
        ? $doku->verifyResponse($target, $id, $headers, $body)
        : $doku->verifyNotification($target, $headers, $body), $vector['matching_target']);
    return $reason === $vector['reason'] ? null : "reason $reason";
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
    same('printed', 0, substr_count(print_r($doku, true) . json_encode($doku), 'secret'));
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
