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

// paymentURL returns where to send the customer. DOKU's answer is proven first, and then compared with the order.
func (o *order) paymentURL(d *doku.Doku, response *http.Response, body []byte) (string, error) {
	status := response.StatusCode
	unproven := d.VerifyResponse(generateOrder, o.requestID, response.Header, body)
	if unproven != nil && (status/100 == 2 || response.Header.Get("Signature") != "") {
		return "", &failure{unknown, status, "the answer is not proven to be DOKU's: " + unproven.Error()}
	}
	var answer struct {
		Order struct {
			InvoiceNumber string          `json:"invoice_number"`
			Amount        json.RawMessage `json:"amount"`
		} `json:"order"`
		Payment struct{ Status, URL string } `json:"payment"`
	}
	unreadable := json.Unmarshal(body, &answer)
	isOurs := unreadable == nil && answer.Order.InvoiceNumber == o.invoiceNumber
	// The same order sent again is answered with HTTP 409 and the first answer.
	if unproven != nil || status != http.StatusOK && !(status == http.StatusConflict && isOurs) {
		return "", refusal(status, body, unproven == nil)
	}
	switch {
	case unreadable != nil:
		return "", &failure{unknown, status, "the answer is not JSON about an order"}
	case !isOurs:
		return "", &failure{unknown, status, "the answer is not about this invoice number"}
	case !isRupiah(answer.Order.Amount, amount):
		return "", &failure{unknown, status, "the answer is about another amount"}
	case answer.Payment.Status == "FAILED":
		return "", &failure{refused, status, "the payment status is FAILED"}
	case !isTrusted(answer.Payment.URL):
		return "", &failure{unknown, status, "the answer has no payment URL that is https"}
	}
	return answer.Payment.URL, nil
}

var rupiah = regexp.MustCompile(`^"?([0-9]{1,16})(\.00?)?"?$`)

// isRupiah compares an amount with ours: 100000, 100000.00 and the same as text.
func isRupiah(given json.RawMessage, ours int) bool {
	parts := rupiah.FindSubmatch(given)
	return parts != nil && string(parts[1]) == fmt.Sprint(ours)
}

// refusal reads what DOKU says against the order. A page of a proxy says nothing of the order.
func refusal(status int, body []byte, proven bool) error {
	reasons := reasons(body)
	text := "DOKU gives no reason"
	if len(reasons) > 0 {
		// DOKU's own words; they may repeat what the customer typed.
		text = fmt.Sprintf("DOKU says %q", reasons)
	}
	isRefusal := status/100 == 4 && (proven || len(reasons) > 0)
	switch {
	case status == http.StatusTooManyRequests:
		isRefusal = true
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status == http.StatusTooEarly:
		isRefusal = false
	case telling.MatchString(strings.Join(reasons, "\n")):
		isRefusal = false
	}
	if isRefusal {
		return &failure{refused, status, text}
	}
	return &failure{unknown, status, text}
}

// Words that say that there is an order already, or that DOKU failed after all.
var telling = regexp.MustCompile(`(?i)already|duplicat|idempoten|internal server error|was used`)

// reasons returns code and texts of a refusal, which has one of several shapes.
func reasons(body []byte) []string {
	var found []string
	var said map[string]any
	_ = json.Unmarshal(body, &said)
	inner, _ := said["error"].(map[string]any)
	for _, from := range []map[string]any{inner, said} {
		for _, name := range []string{"code", "response_code", "message", "error_messages"} {
			texts, _ := from[name].([]any)
			for _, text := range append(texts, from[name]) {
				if text, is := text.(string); is {
					found = append(found, text)
				}
			}
		}
	}
	return found
}
