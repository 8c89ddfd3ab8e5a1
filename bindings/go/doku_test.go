package doku

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// Runs ../../spec/vectors/signatures.tsv; ../../spec/vectors/README.md describes it.
func TestVectors(t *testing.T) {
	runAll(t, "signatures", run)
}

// Runs ../../spec/vectors/inputs.tsv; ../../spec/vectors/inputs.md describes it.
func TestInputVectors(t *testing.T) {
	runAll(t, "inputs", runInput)
}

func runAll(t *testing.T, name string, run func(map[string]string) string) {
	table, err := os.ReadFile("../../spec/vectors/" + name + ".tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(table), "\n"), "\n")
	columns := strings.Split(lines[0], "\t")
	passed := 0
	for _, line := range lines[1:] {
		vector := map[string]string{}
		for i, cell := range strings.Split(line, "\t") {
			vector[columns[i]] = cell
		}
		if difference := run(vector); difference != "" {
			t.Errorf("%s: %s", vector["id"], difference)
			continue
		}
		passed++
	}
	fmt.Printf("go: %d of %d vectors of %s passed\n", passed, len(lines)-1, name)
}

// What an error says for a reason of the vectors.
var says = map[string]string{
	"empty": "empty", "too_long": "128 visible", "not_visible_ascii": "visible ASCII", "is_secret_key": "SK-",
	"quoted": "quotation marks", "white_space_at_edge": "white space", "invisible_character": "nobody sees",
	"is_client_id":      "client ids do",
	"control_character": "control character",
}

// runInput returns how the code differs from a vector of what the caller passes.
func runInput(vector map[string]string) string {
	value, said := string(decode(vector["value"])), says[vector["reason"]]
	code := "configuration"
	d, err := New("BRN-1", "SK-1")
	switch vector["input"] {
	case "client_id":
		_, err = New(value, "SK-1")
	case "secret_key":
		_, err = New("BRN-1", "SK-1", value)
	case "request_id":
		said = "request id"
		_, err = d.Sign("POST", "/a", value, time.Now(), nil)
	case "target":
		said, code = "target", "malformed_target"
		_, err = d.Sign("POST", value, "r", time.Now(), nil)
		if verified := d.VerifyNotification(value, nil, nil); err != nil && verified != err {
			return "verifying differs from signing"
		}
	default:
		return "an unknown input"
	}
	var why *Error
	switch {
	case vector["result"] == "valid" && err != nil:
		return err.Error()
	case vector["result"] == "valid":
		return ""
	case !errors.As(err, &why) || why.Code != code || !strings.Contains(why.Text, said):
		return fmt.Sprint(err)
	case strings.Contains(why.Text, "SK-test") || strings.Contains(why.Text, "BRN-0000"):
		return "it shows the value: " + why.Text
	}
	return ""
}

// run returns how the code differs from a vector.
func run(vector map[string]string) string {
	digest := vector["digest"]
	var body []byte
	if vector["body"] != "-" {
		body = decode(vector["body"])
		if got := Digest(body); got != digest {
			return "digest " + got
		}
	}
	if vector["kind"] == "digest" {
		return ""
	}
	if digest == "-" {
		digest = ""
	}
	var keys []string
	for _, key := range strings.Split(vector["keys"], ",") {
		keys = append(keys, string(decode(key)))
	}
	d, err := New(vector["client_id"], keys...)
	if err != nil {
		return err.Error()
	}
	timeName := "Request-Timestamp"
	if vector["kind"] == "response" {
		timeName = "Response-Timestamp"
	}
	text := d.StringToSign(vector["request_id"], timeName+":"+vector["timestamp"], vector["target"], digest)
	if vector["string_to_sign"] != "-" && text != string(decode(vector["string_to_sign"])) {
		return "string to sign " + text
	}
	if vector["kind"] == "request" {
		signature := sign(d.keys()[0], text)
		if !strings.Contains(vector["flags"], "digest-given") {
			at, _ := time.Parse(time.RFC3339, vector["timestamp"])
			headers, err := d.Sign(vector["method"], vector["target"], vector["request_id"], at, body)
			if err != nil {
				return err.Error()
			}
			signature = headers.Get("Signature")
		}
		if (signature == vector["signature"]) != (vector["result"] == "valid") {
			return "signature " + signature
		}
		return ""
	}
	headers := http.Header{}
	if vector["headers"] != "-" {
		for _, pair := range strings.Split(vector["headers"], ",") {
			name, value, _ := strings.Cut(pair, ":")
			headers.Add(string(decode(name)), string(decode(value)))
		}
	}
	if vector["kind"] == "response" {
		err = d.VerifyResponse(vector["target"], vector["request_id"], headers, body)
	} else {
		err = d.VerifyNotification(vector["target"], headers, body)
	}
	code := "-"
	var why *Error
	if errors.As(err, &why) {
		code = why.Code
	}
	if code != vector["reason"] {
		return "reason " + code
	}
	if target := vector["matching_target"]; target != "-" && !strings.Contains(why.Text, "for "+target+";") {
		return why.Text
	}
	return ""
}

func decode(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func TestBadInput(t *testing.T) {
	code := func(err error) string {
		var why *Error
		if !errors.As(err, &why) {
			return "none"
		}
		return why.Code
	}
	for name, keys := range map[string][]string{"none": nil, "empty": {""}, "one empty": {"SK-1", ""}, "newline": {"SK-1\n"},
		"not UTF-8": {"SK-\xff"}} {
		if _, err := New("BRN-1", keys...); code(err) != "configuration" {
			t.Errorf("key %s: %v", name, err)
		}
	}
	if _, err := New("BRN-1\nRequest-Id:x", "SK-1"); code(err) != "configuration" {
		t.Errorf("client id with a line feed: %v", err)
	}
	d, _ := New("BRN-1", "SK-secret")
	for _, bad := range [][2]string{{"", "r"}, {"get", "r"}, {"POST", ""}, {"POST", "r\nx"}, {"POST", "r\xff"}} {
		if headers, err := d.Sign(bad[0], "/a", bad[1], time.Now(), nil); code(err) != "configuration" || headers != nil {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, target := range []string{"", "a", "/a\n", "/a b", "/\xff", "http://shop.example/a"} {
		if headers, err := d.Sign("POST", target, "r", time.Now(), nil); code(err) != "malformed_target" || headers != nil {
			t.Errorf("%q: %v", target, err)
		}
	}
	if err := d.VerifyNotification("a", nil, nil); code(err) != "malformed_target" {
		t.Error(err)
	}
	if err := d.VerifyNotification("/a", nil, nil); code(err) != "missing_header" {
		t.Error(err)
	}
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("WIB", 7*60*60))
	headers, _ := d.Sign("POST", "/a", "r-1", at, []byte("{}"))
	if got := headers.Get("Request-Timestamp"); got != "2026-01-05T03:00:00Z" {
		t.Errorf("local time was sent: %s", got)
	}
	headers.Set("Response-Timestamp", headers.Get("Request-Timestamp"))
	answer := d.StringToSign("r-1", "Response-Timestamp:2026-01-05T03:00:00Z", "/a", Digest([]byte("{}")))
	headers.Set("Signature", sign("SK-secret", answer))
	if err := d.VerifyResponse("/a", "r-2", headers, []byte("{}")); code(err) != "request_id_mismatch" {
		t.Error(err)
	}
	if err := d.VerifyResponse("/a", "", headers, []byte("{}")); code(err) != "request_id_mismatch" {
		t.Error(err)
	}
	if err := d.VerifyResponse("/a", "r-1", headers, []byte("{}")); err != nil {
		t.Error(err)
	}
	for _, at := range []time.Time{{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if headers, err := d.Sign("POST", "/a", "r", at, nil); code(err) != "configuration" || headers != nil {
			t.Errorf("%v: %v", at, err)
		}
	}
	type shop struct {
		name    string
		value   Doku
		pointer *Doku
	}
	holder := shop{"shop", *d, d}
	encoded, _ := json.Marshal(holder)
	for _, value := range []any{d, *d, holder, &holder, []Doku{*d}, map[string]Doku{"a": *d}} {
		text := fmt.Sprintf("%v %+v %#v %s %d %x", value, value, value, value, value, value) + string(encoded)
		if strings.Contains(text, "secret") || strings.Contains(text, fmt.Sprintf("%x", "secret")) {
			t.Errorf("prints a key: %s", text)
		}
	}
}

func TestNotMade(t *testing.T) {
	for name, d := range map[string]*Doku{"nil": nil, "zero": {}} {
		_, signed := d.Sign("POST", "/a", "r", time.Now(), nil)
		for _, err := range []error{signed, d.VerifyNotification("/a", nil, nil), d.VerifyResponse("/a", "r", nil, nil)} {
			if err != notMade {
				t.Errorf("%s: %v", name, err)
			}
		}
		if text := d.StringToSign("r", "Request-Timestamp:t", "/a", ""); !strings.HasPrefix(text, "Client-Id:\n") {
			t.Errorf("%s: %s", name, text)
		}
		if text := fmt.Sprintf("%v %+v", d, d); strings.Contains(text, "PANIC") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
