<?php

declare(strict_types=1);

/**
 * Returns the value of a JSON text; null for what is no JSON, too deep, or what readers disagree on: a key that stands twice,
 * half of a surrogate pair.
 */
function read(string $json): mixed
{
    $value = json_decode($json, false, 64);
    preg_match_all('/"(?:[^"\\\\]|\\\\.)*+"(\s*+:)?/', $json, $texts);
    return count(array_filter($texts[1] ?? [])) === members($value) ? $value : null;
}

/** Counts the members of all objects in a value. */
function members(mixed $value): int
{
    $inner = is_object($value) || is_array($value) ? (array) $value : [];
    return (is_object($value) ? count($inner) : 0) + array_sum(array_map(members(...), $inner));
}

/** Returns what stands in decoded JSON at a path; null where nothing does. */
function member(mixed $value, string ...$path): mixed
{
    foreach ($path as $name) {
        $value = is_object($value) ? $value->$name ?? null : null;
    }
    return $value;
}
