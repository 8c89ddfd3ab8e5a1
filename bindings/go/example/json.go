package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"unicode/utf8"
)

// readJSON returns the value of a JSON text, with its numbers as they are written; nil for what is no JSON, and for what
// readers disagree on: bytes that are no UTF-8, half of a surrogate pair, a key that stands twice.
func readJSON(body []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if !utf8.Valid(body) || !json.Valid(body) || decoder.Decode(&value) != nil {
		return nil
	}
	for _, escaped := range jsonEscape.FindAllSubmatch(body, -1) {
		if escaped[1] != nil {
			return nil
		}
	}
	keys := 0
	for _, text := range jsonText.FindAllSubmatch(body, -1) {
		if text[1] != nil {
			keys++
		}
	}
	if keys != members(value) {
		return nil
	}
	return value
}

// jsonText is a text of JSON, and the colon that makes it a key.
var jsonText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"(\s*:)?`)

// jsonEscape is an escape, or two that are a surrogate pair; half of such a pair is its group.
var jsonEscape = regexp.MustCompile(`\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)`)

// members counts the members of all objects in a value.
func members(value any) int {
	count := 0
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			count += 1 + members(inner)
		}
	case []any:
		for _, inner := range value {
			count += members(inner)
		}
	}
	return count
}

// member returns what stands in a value at a path; nil where nothing does.
func member(value any, path ...string) any {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}
