package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"doku.example/doku"
)

// outcome says whether an order may exist at DOKU, and what to do.
type outcome string

const (
	nothingSent outcome = "nothing was sent: correct it and try again"
	refused     outcome = "there is no order: offer another way to pay"
	unknown     outcome = "an order may exist: send the same body with the same request id again, or ask for its status; " +
		"never make a new order"
)

// failure is why there is no payment page. Its status is 0 where no answer came.
type failure struct {
	outcome outcome
	status  int
	text    string
}

func (f *failure) Error() string {
	if f.status == 0 {
		return fmt.Sprintf("%s; %s", f.text, f.outcome)
	}
	return fmt.Sprintf("HTTP %d: %s; %s", f.status, f.text, f.outcome)
}

// paymentURL returns where to send the customer. DOKU's answer is proven first, and then compared with the order; a proven
// answer about the order counts, whatever its status. The headers are those of the request and those of the answer.
func (o *order) paymentURL(d *doku.Doku, sent http.Header, status int, headers http.Header, body []byte) (string, error) {
	unproven := d.VerifyResponse(generateOrder, o.requestID, headers, body)
	if unproven != nil && (status/100 == 2 || headers.Values("Signature") != nil) {
		return "", &failure{unknown, status, "the answer is not proven to be DOKU's: " + unproven.Error()}
	}
	answer := readJSON(body)
	invoiceNumber, hasInvoice := member(answer, "order", "invoice_number").(string)
	payment, hasPayment := member(answer, "payment", "status").(string)
	url, _ := member(answer, "payment", "url").(string)
	isAboutAnOrder := hasInvoice && hasPayment
	switch {
	case unproven != nil && isForeign(sent, headers):
		return "", &failure{unknown, status, "the answer is to another request, or a cache's"}
	case unproven != nil || !isAboutAnOrder && status/100 != 2:
		return "", refusal(status, answer)
	case !isAboutAnOrder:
		return "", &failure{unknown, status, "the answer is not JSON about an order"}
	case invoiceNumber != o.invoiceNumber:
		return "", &failure{unknown, status, "the answer is not about this invoice number"}
	case !isRupiah(member(answer, "order", "amount"), amount):
		return "", &failure{unknown, status, "the answer is about another amount"}
	case payment == "FAILED":
		return "", &failure{refused, status, "the payment status is FAILED"}
	case payment != "PENDING":
		return "", &failure{unknown, status, "the payment status is neither PENDING nor FAILED"}
	case !isTrusted(url):
		return "", &failure{unknown, status, "the answer has no payment URL that is https"}
	}
	return url, nil
}

var hit = regexp.MustCompile(`(?i)hit|stale|revalidated|updating|fresh|expired`)

// isForeign tells whether an answer without a signature says itself that it is none to our request of now: it names
// another request or another client, or a cache had it.
func isForeign(sent, headers http.Header) bool {
	for _, name := range []string{"Request-Id", "Client-Id"} {
		for _, value := range headers.Values(name) {
			if value != sent.Get(name) {
				return true
			}
		}
	}
	for name, values := range headers {
		name, isVarnish := strings.ToLower(name), name == "X-Varnish"
		isCache := strings.Contains(name, "cache") && !strings.HasSuffix(name, "control")
		for _, value := range values {
			isHit := hit.MatchString(value) || strings.HasSuffix(name, "hits") && strings.ContainsAny(value, "123456789")
			if isCache && isHit || isVarnish && len(strings.Fields(value)) > 1 {
				return true
			}
		}
	}
	return headers.Values("Age") != nil || headers.Values("Warning") != nil
}

var rupiah = regexp.MustCompile(`^([0-9]{1,16})(\.00?)?$`)

// isRupiah compares an amount with ours: 100000, 100000.00 and the same as text.
func isRupiah(given any, ours int) bool {
	text, _ := given.(string)
	if number, is := given.(json.Number); is {
		text = number.String()
	}
	parts := rupiah.FindStringSubmatch(text)
	return parts != nil && parts[1] == fmt.Sprint(ours)
}
