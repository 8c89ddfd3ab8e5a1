// Package doku signs requests to DOKU and verifies its answers and notifications. Copy this file into your program.
//
// A signature covers exact bytes. Send the bytes that were signed, and verify the bytes that were received, as
// io.ReadAll returns them: JSON that was decoded and encoded again has another signature.
package doku

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var (
	visible   = regexp.MustCompile(`^[!-~]{1,128}$`)
	isPath    = regexp.MustCompile(`^/[!"$-~]*$`)
	invisible = regexp.MustCompile(`[\x{AD}\x{61C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}` +
		`\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0000}-\x{E007F}]`)
	quoted    = regexp.MustCompile(`(?s)^["'](.*["'])?$`)
	printable = regexp.MustCompile(`^[ -~]+$`)
	proof     = regexp.MustCompile(`^HMACSHA256=[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$`)
)

// Error says why a message is not proven to be DOKU's, or cannot be signed. It holds no secret and no body.
type Error struct{ Code, Text string }

var (
	badTarget = &Error{"malformed_target", "the target must be a path that begins with /, without scheme and host"}
	notMade   = &Error{"configuration", "there is no client id and no secret key; doku.New makes a *Doku of both"}
)

func (e *Error) Error() string { return e.Text + " (" + e.Code + ")" }

// Doku has a client id and its secret keys. The first key signs; each one verifies, while DOKU changes to another.
// New makes it; any other value, nil among them, signs and verifies nothing.
type Doku struct {
	clientID string
	// A function, so that nothing that prints or encodes a value shows a key.
	keys func() []string
}

// New returns an error for a client id or a key that is missing, or was not copied rightly. It shows neither.
func New(clientID string, keys ...string) (*Doku, error) {
	fault := ""
	if len(keys) == 0 {
		fault = "there is no secret key"
	}
	for _, key := range keys {
		fault = first(fault, faultOfKey(key))
	}
	if fault = first(faultOfClientID(clientID), fault); fault != "" {
		return nil, &Error{"configuration", fault + "; copy it from the DOKU dashboard"}
	}
	copied := append([]string(nil), keys...)
	return &Doku{clientID, func() []string { return copied }}, nil
}

func faultOfClientID(id string) string {
	switch {
	case id == "":
		return "the client id is empty"
	case !visible.MatchString(id):
		return "the client id is not 1 to 128 visible ASCII characters"
	case quoted.MatchString(id):
		return "the client id is in quotation marks, which do not belong to it"
	case strings.HasPrefix(id, "SK-"):
		return "the client id begins with SK-, as secret keys do: the client id comes first, the secret key after it"
	}
	return ""
}

func faultOfKey(key string) string {
	switch {
	case key == "":
		return "a secret key is empty"
	case !utf8.ValidString(key):
		return "a secret key is not UTF-8"
	case invisible.MatchString(key):
		return "a secret key has a character that nobody sees, such as a byte order mark"
	case key != strings.TrimSpace(key):
		return "a secret key has white space at its beginning or end"
	case strings.IndexFunc(key, unicode.IsControl) >= 0:
		return "a secret key has a control character or more than one line"
	case quoted.MatchString(key):
		return "a secret key is in quotation marks, which do not belong to it"
	case strings.HasPrefix(key, "BRN-") || strings.HasPrefix(key, "MCH-") || strings.HasPrefix(key, "SIM-"):
		return "a secret key begins as client ids do: the client id comes first, the secret key after it"
	}
	return ""
}

func first(one, other string) string {
	if one != "" {
		return one
	}
	return other
}

// Format keeps the keys out of logs.
func (d Doku) Format(state fmt.State, _ rune) { fmt.Fprintf(state, "Doku(%s)", d.clientID) }

// Sign returns the headers of a POST or a GET; a GET has no body. To repeat a request, sign it again with the same
// request id and the same body.
func (d *Doku) Sign(method, target, requestID string, at time.Time, body []byte) (http.Header, error) {
	digest := map[string]string{"GET": "", "POST": Digest(body)}
	at = at.UTC()
	if d == nil || d.keys == nil {
		return nil, notMade
	} else if _, known := digest[method]; !known || !visible.MatchString(requestID) {
		return nil, &Error{"configuration", "the method is not GET or POST, or the request id is not visible ASCII"}
	} else if at.IsZero() || at.Year() < 0 || at.Year() > 9999 {
		return nil, &Error{"configuration", "the time is not set, or is not in the years 0 to 9999"}
	} else if !isTarget(target) {
		return nil, badTarget
	}
	timestamp := at.Format("2006-01-02T15:04:05Z")
	text := d.StringToSign(requestID, "Request-Timestamp:"+timestamp, target, digest[method])
	return http.Header{"Client-Id": {d.clientID}, "Request-Id": {requestID}, "Request-Timestamp": {timestamp},
		"Signature": {sign(d.keys()[0], text)}}, nil
}

// VerifyNotification returns nil if DOKU sent this. The target is the path of the notification URL as DOKU has it.
func (d *Doku) VerifyNotification(target string, headers http.Header, body []byte) error {
	return d.verify("Request-Timestamp", target, "", headers, body)
}

// VerifyResponse returns nil if this is DOKU's answer to the request with this target and id.
func (d *Doku) VerifyResponse(target, requestID string, headers http.Header, body []byte) error {
	return d.verify("Response-Timestamp", target, requestID, headers, body)
}

func (d *Doku) verify(timeName, target, requestID string, headers http.Header, body []byte) error {
	if d == nil || d.keys == nil {
		return notMade
	} else if !isTarget(target) {
		return badTarget
	}
	found := map[string]string{}
	for _, wanted := range []string{"Client-Id", "Request-Id", timeName, "Signature"} {
		values := headers.Values(wanted)
		switch {
		case len(values) == 0:
			return &Error{"missing_header", "the header " + wanted + " is missing; pass all headers as received"}
		case len(values) > 1:
			return &Error{"duplicate_header", "the header " + wanted + " occurs more than once"}
		case wanted == "Signature" && !proof.MatchString(values[0]):
			return &Error{"malformed_signature", "the header Signature is not HMACSHA256= and Base64 of 32 bytes"}
		case !printable.MatchString(values[0]) || wanted == "Request-Id" && !visible.MatchString(values[0]) ||
			wanted == timeName && len(values[0]) > 64:
			return &Error{"malformed_header", "the header " + wanted + " has a value that cannot be used"}
		}
		found[wanted] = values[0]
	}
	if found["Client-Id"] != d.clientID {
		return &Error{"client_id_mismatch", "the header Client-Id is not our client id; check which account sends"}
	}
	received := []byte(strings.TrimRight(found["Signature"], "=") + "=")
	for _, signed := range targets(target) {
		if !isTarget(signed) {
			continue
		}
		text := d.StringToSign(found["Request-Id"], timeName+":"+found[timeName], signed, Digest(body))
		matches := false
		for _, key := range d.keys() {
			matches = hmac.Equal([]byte(sign(key, text)), received) || matches
		}
		switch {
		case matches && signed != target:
			return &Error{"target_mismatch", "the signature is for " + signed + "; configure the path as DOKU has it"}
		case matches && timeName == "Response-Timestamp" && found["Request-Id"] != requestID:
			return &Error{"request_id_mismatch", "the header Request-Id is not that of the request"}
		case matches:
			return nil
		}
	}
	return &Error{"signature_mismatch", "no key makes the signature; check the key, the target, and that the body is raw"}
}

// StringToSign returns what is signed, to look for a difference. The time is a line; a GET has no digest.
func (d *Doku) StringToSign(requestID, time, target, digest string) string {
	clientID := ""
	if d != nil {
		clientID = d.clientID
	}
	text := "Client-Id:" + clientID + "\nRequest-Id:" + requestID + "\n" + time + "\nRequest-Target:" + target
	return strings.TrimSuffix(text+"\nDigest:"+digest, "\nDigest:")
}

// Digest returns the Base64 of the SHA-256 of a body.
func Digest(body []byte) string {
	hash := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(hash[:])
}

func sign(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return "HMACSHA256=" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func isTarget(target string) bool { return len(target) <= 2048 && isPath.MatchString(target) }

// The target, then other spellings of it: one that was signed is told, and never accepted.
func targets(target string) []string {
	path, _, _ := strings.Cut(target, "?")
	query := target[len(path):]
	slash := strings.TrimSuffix(path, "/")
	if slash == path {
		slash += "/"
	}
	list := []string{target, slash + query, path}
	// Without the first segments, four at most, so that a long path is no more work.
	for rest, removed := path, 0; removed < 4; removed++ {
		next := strings.Index(rest[1:], "/")
		if next < 0 {
			break
		}
		rest = rest[next+1:]
		list = append(list, rest+query)
	}
	return append(list, "/api"+target)
}
