<?php

declare(strict_types=1);

/** Why a message is not proven to be DOKU's, or cannot be signed. It holds no secret and no body. */
final class DokuException extends Exception
{
    public function __construct(public readonly string $reason, string $text)
    {
        parent::__construct("$text ($reason)");
    }
}

/**
 * Signs requests to DOKU and verifies its answers and notifications. Copy this file into your program.
 *
 * A signature covers exact bytes. Send the bytes that were signed, and verify the bytes that were received, as
 * file_get_contents('php://input') returns them: JSON that was decoded and encoded again has another signature.
 */
final class Doku
{
    private array $keys;

    /** Takes a client id and its keys: the first one signs; each one verifies, while DOKU changes to another. */
    public function __construct(private mixed $clientId, #[\SensitiveParameter] mixed ...$keys)
    {
        $usable = self::matches('/^[!-~]{1,128}$/D', $clientId) && $keys !== [];
        foreach ($keys as $key) {
            $usable = $usable && self::matches('/^\S(.*\S)?$/suD', $key);
        }
        self::require($usable, 'configuration', 'client id or secret key is missing or malformed; copy it from DOKU');
        $this->keys = array_values($keys);
    }

    /**
     * Returns the headers of a POST or a GET; a GET has no body. To repeat a request, sign it again with the same
     * request id and the same body.
     */
    public function sign(mixed $method, mixed $target, mixed $requestId, DateTimeInterface $time, mixed $body = ''): array
    {
        $usable = in_array($method, ['GET', 'POST'], true) && self::matches('/^[!-~]{1,128}$/D', $requestId);
        self::require($usable, 'configuration', 'the method or the request id cannot be signed');
        self::check($target, $method === 'GET' ? '' : $body);
        $timestamp = gmdate('Y-m-d\TH:i:s\Z', $time->getTimestamp());
        $digest = $method === 'GET' ? null : self::digest($body);
        $text = $this->stringToSign($requestId, "Request-Timestamp:$timestamp", $target, $digest);
        return ['Client-Id' => $this->clientId, 'Request-Id' => $requestId, 'Request-Timestamp' => $timestamp,
            'Signature' => self::signature($this->keys[0], $text)];
    }

    /** Returns if DOKU sent this. The target is the path of the notification URL as DOKU has it. */
    public function verifyNotification(mixed $target, mixed $headers, mixed $body): void
    {
        $this->verify('Request-Timestamp', $target, $headers, $body);
    }

    /** Returns if this is DOKU's answer to the request with this target and id. */
    public function verifyResponse(mixed $target, mixed $requestId, mixed $headers, mixed $body): void
    {
        $answered = $this->verify('Response-Timestamp', $target, $headers, $body);
        $same = $answered === $requestId;
        self::require($same, 'request_id_mismatch', 'the header Request-Id is not that of the request');
    }

    private function verify(string $time, mixed $target, mixed $headers, mixed $body): string
    {
        self::check($target, $body);
        $found = [];
        foreach (['Client-Id', 'Request-Id', $time, 'Signature'] as $wanted) {
            $values = [];
            foreach (is_array($headers) ? $headers : [] as $name => $each) {
                $isWanted = strcasecmp((string) $name, $wanted) === 0;
                $values = [...$values, ...($isWanted ? array_values((array) $each) : [])];
            }
            $the = "the header $wanted";
            self::require($values !== [], 'missing_header', "$the is missing; pass all headers as received");
            self::require(count($values) === 1, 'duplicate_header', "$the occurs more than once");
            [$pattern, $reason, $text] = match ($wanted) {
                'Signature' => ['~^HMACSHA256=[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$~D', 'malformed_signature',
                    'is not HMACSHA256= and Base64 of 32 bytes'],
                'Request-Id' => ['/^[ -~]{1,128}$/D', 'malformed_header', 'has a value that cannot be used'],
                default => ['/^[ -~]+$/D', 'malformed_header', 'has a value that cannot be used'],
            };
            self::require(self::matches($pattern, $values[0]), $reason, "$the $text");
            $found[$wanted] = $values[0];
        }
        $same = $found['Client-Id'] === $this->clientId;
        self::require($same, 'client_id_mismatch', 'the header Client-Id is not ours; check which account sends');
        foreach (self::targets($target) as $signed) {
            $text = $this->stringToSign($found['Request-Id'], "$time:$found[$time]", $signed, self::digest($body));
            $matches = false;
            foreach ($this->keys as $key) {
                $matches = hash_equals(self::signature($key, $text), rtrim($found['Signature'], '=') . '=') || $matches;
            }
            $same = !$matches || $signed === $target;
            self::require($same, 'target_mismatch', "the signature is for $signed; configure the path as DOKU has it");
            if ($matches) {
                return $found['Request-Id'];
            }
        }
        throw new DokuException('signature_mismatch',
            'no key makes the signature; check the key, the target, and that the body is raw');
    }

    /** Returns what is signed, to look for a difference. The time is a line; the digest of a GET is null. */
    public function stringToSign(string $requestId, string $time, string $target, ?string $digest): string
    {
        return "Client-Id:$this->clientId\nRequest-Id:$requestId\n$time\nRequest-Target:$target"
            . ($digest === null ? '' : "\nDigest:$digest");
    }

    /** Returns the Base64 of the SHA-256 of a body. */
    public static function digest(string $body): string
    {
        return base64_encode(hash('sha256', $body, true));
    }

    /** Returns the headers in $_SERVER, for where getallheaders() does not exist. */
    public static function headers(array $server): array
    {
        $headers = [];
        foreach (preg_grep('/^HTTP_/', array_keys($server)) as $name) {
            $headers[strtr(substr($name, 5), '_', '-')] = $server[$name];
        }
        return $headers;
    }

    /** Keeps the keys out of var_dump. */
    public function __debugInfo(): array
    {
        return ['clientId' => $this->clientId];
    }

    private static function signature(#[\SensitiveParameter] string $key, string $text): string
    {
        return 'HMACSHA256=' . base64_encode(hash_hmac('sha256', $text, $key, true));
    }

    /** The target, then other spellings of it: one that was signed is told, and never accepted. */
    private static function targets(string $target): array
    {
        $path = explode('?', $target, 2)[0];
        $query = substr($target, strlen($path));
        $slash = str_ends_with($path, '/') ? substr($path, 0, -1) : "$path/";
        $rest = preg_replace('~^/[^/]*(?=/.)~', '', $path);
        return [$target, $slash . $query, $path, $rest . $query, "/api$target"];
    }

    private static function check(mixed $target, mixed $body): void
    {
        $isPath = self::matches('~^/[!"$-\~]*$~D', $target);
        self::require($isPath, 'malformed_target', 'the target must be a path that begins with /, no URL');
        self::require(is_string($body), 'malformed_body', 'the body is not raw; pass it as it was before json_decode');
    }

    private static function matches(string $pattern, mixed $text): bool
    {
        return is_string($text) && preg_match($pattern, $text) === 1;
    }

    private static function require(bool $holds, string $reason, string $text): void
    {
        if (!$holds) {
            throw new DokuException($reason, $text);
        }
    }
}
