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
    private const VISIBLE = '/^[!-~]{1,128}$/D';
    private const INVISIBLE = '/[\x{AD}\x{61C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}'
        . '\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E007F}]/u';
    private const QUOTED = '/^["\'](.*["\'])?$/sD';

    /** Of a class that nothing prints, exports or serializes. */
    private \SensitiveParameterValue $keys;

    /** Takes a client id and its keys: the first one signs; each one verifies, while DOKU changes to another. */
    public function __construct(#[\SensitiveParameter] private mixed $clientId, #[\SensitiveParameter] mixed ...$keys)
    {
        $fault = self::faultOfClientId($clientId) ?? ($keys === [] ? 'there is no secret key' : null);
        foreach ($keys as $key) {
            $fault ??= self::faultOfKey($key);
        }
        self::require($fault === null, 'configuration', "$fault; copy it from the DOKU dashboard");
        $this->keys = new \SensitiveParameterValue(array_values($keys));
    }

    private static function faultOfClientId(#[\SensitiveParameter] mixed $id): ?string
    {
        return match (true) {
            !is_string($id) || $id === '' => 'the client id is empty or no text',
            !self::matches(self::VISIBLE, $id) => 'the client id is not 1 to 128 visible ASCII characters',
            self::matches(self::QUOTED, $id) => 'the client id is in quotation marks, which do not belong to it',
            str_starts_with($id, 'SK-') =>
                'the client id begins with SK-, as secret keys do: the client id comes first, the secret key after it',
            default => null,
        };
    }

    private static function faultOfKey(#[\SensitiveParameter] mixed $key): ?string
    {
        return match (true) {
            !is_string($key) || $key === '' => 'a secret key is empty or no text',
            !self::matches('//u', $key) => 'a secret key is not UTF-8',
            self::matches(self::INVISIBLE, $key) => 'a secret key has a character that nobody sees, such as a byte order mark',
            !self::matches('/^\S(.*\S)?$/suD', $key) => 'a secret key has white space at its beginning or end',
            self::matches('/\p{Cc}/u', $key) => 'a secret key has a control character or more than one line',
            self::matches(self::QUOTED, $key) => 'a secret key is in quotation marks, which do not belong to it',
            self::matches('/^(BRN|MCH|SIM)-/', $key) =>
                'a secret key begins as client ids do: the client id comes first, the secret key after it',
            default => null,
        };
    }

    /**
     * Returns the headers of a POST or a GET; a GET has no body. To repeat a request, sign it again with the same
     * request id and the same body.
     */
    public function sign(mixed $method, mixed $target, mixed $requestId, DateTimeInterface $time, mixed $body = ''): array
    {
        $usable = in_array($method, ['GET', 'POST'], true) && self::matches(self::VISIBLE, $requestId);
        self::require($usable, 'configuration', 'the method is not GET or POST, or the request id is not visible ASCII');
        $timestamp = gmdate('Y-m-d\TH:i:s\Z', $time->getTimestamp());
        self::require(self::matches('/^\d{4}-/', $timestamp), 'configuration', 'the time is not in the years 0 to 9999');
        self::check($target, $method === 'GET' ? '' : $body);
        $digest = $method === 'GET' ? null : self::digest($body);
        $text = $this->stringToSign($requestId, "Request-Timestamp:$timestamp", $target, $digest);
        return ['Client-Id' => $this->clientId, 'Request-Id' => $requestId, 'Request-Timestamp' => $timestamp,
            'Signature' => self::signature($this->keys->getValue()[0], $text)];
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
                'Request-Id' => [self::VISIBLE, 'malformed_header', 'has a value that cannot be used'],
                $time => ['/^[ -~]{1,64}$/D', 'malformed_header', 'has a value that cannot be used'],
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
            foreach ($this->keys->getValue() as $key) {
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

    /** Keeps the keys out of sessions, caches and queues. */
    public function __serialize(): array
    {
        throw new DokuException('configuration', 'a Doku is not serialized, because it holds the secret keys; make it anew');
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
        $targets = [$target, $slash . $query, $path];
        // Without the first segments, four at most, so that a long path is no more work.
        $at = strpos($path, '/', 1);
        for ($removed = 0; $at !== false && $removed < 4; $removed++) {
            $targets[] = substr($path, $at) . $query;
            $at = strpos($path, '/', $at + 1);
        }
        return array_filter([...$targets, "/api$target"], self::isTarget(...));
    }

    private static function check(mixed $target, mixed $body): void
    {
        self::require(self::isTarget($target), 'malformed_target', 'the target must be a path that begins with /, no URL');
        self::require(is_string($body), 'malformed_body', 'the body is not raw; pass it as it was before json_decode');
    }

    private static function isTarget(mixed $target): bool
    {
        return self::matches('~^/[!"$-\~]{0,2047}$~D', $target);
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
