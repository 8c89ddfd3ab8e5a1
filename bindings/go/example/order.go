package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"doku.example/doku"
)

const (
	sandbox       = "https://api-sandbox.doku.com"
	generateOrder = "/indodana-peer-to-peer/v2/generate-order"
	maxBody       = 1 << 20
	// It is known to everyone, and proves nothing.
	simulatorKey = "SK-simulator-known-to-everyone"
	// What the customer pays, in whole rupiah: the sum of price × quantity of all line items.
	amount = 100000
)

// order is what is stored before it is sent. After a lost answer, send the same body with the same request id again.
type order struct {
	requestID     string
	invoiceNumber string
	body          []byte
}

func newOrder(invoiceNumber string) (*order, error) {
	type object map[string]any
	body, err := json.Marshal(object{
		"order": object{"invoice_number": invoiceNumber, "amount": amount, "callback_url_cancel": "https://shop.example/cancel",
			"line_items": []object{
				// A discount lowers the price, shipping is an item of its own.
				{"name": "Ayam geprek", "price": 45000, "quantity": 2, "id": "1002", "category": "food-and-beverage"},
				{"name": "Ongkos kirim", "price": 10000, "quantity": 1, "id": "ONGKIR", "category": "others"}}},
		"peer_to_peer_info": object{"merchant_unique_reference": "60123"},
		"customer":          object{"first_name": "Sari", "email": "s.w@mail.example", "phone": "6281122334455"},
		"billing_address": object{"first_name": "Sari", "address": "Jalan Melati No. 25", "city": "Jakarta",
			"postal_code": "12960", "phone": "6281122334455", "country_code": "IDN"},
	})
	if err != nil {
		return nil, err
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	return &order{fmt.Sprintf("%x", id), invoiceNumber, body}, nil
}

// A redirect is not followed: it would hand the signed order, with name and address, to another host.
var client = http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// generate sends the order once, and returns where to send the customer. Store the order before it is called.
func (o *order) generate(d *doku.Doku) (string, error) {
	base := sandbox
	if set := os.Getenv("DOKU_URL"); set != "" {
		base = set
	}
	if !isTrusted(base) {
		return "", &failure{nothingSent, 0, "DOKU_URL is neither https nor http on a loopback address"}
	}
	isLocal := strings.HasPrefix(base, "http://")
	if !isLocal && (strings.HasPrefix(os.Getenv("DOKU_CLIENT_ID"), "SIM-") || os.Getenv("DOKU_SECRET_KEY") == simulatorKey) {
		return "", &failure{nothingSent, 0, "the credentials are the simulator's, and DOKU_URL is not the simulator"}
	}
	request, err := http.NewRequest(http.MethodPost, base+generateOrder, bytes.NewReader(o.body))
	if err != nil {
		return "", &failure{nothingSent, 0, "DOKU_URL is no URL"}
	}
	if request.Header, err = d.Sign(http.MethodPost, generateOrder, o.requestID, time.Now(), o.body); err != nil {
		return "", &failure{nothingSent, 0, err.Error()}
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return "", &failure{nothingSent, 0, "no connection to " + base}
		}
		return "", &failure{unknown, 0, "no answer came"}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return "", &failure{unknown, response.StatusCode, "the answer is cut off or longer than 1 MiB"}
	}
	return o.paymentURL(d, request.Header, response.StatusCode, response.Header, body)
}

// isTrusted tells whether an absolute URL is https, or http on a loopback address.
func isTrusted(text string) bool {
	for _, character := range text {
		if character <= ' ' || character > '~' || character == '\\' {
			return false
		}
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || parsed.User != nil {
		return false
	}
	ip := net.ParseIP(parsed.Hostname())
	local := parsed.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return parsed.Scheme == "https" || parsed.Scheme == "http" && local
}
