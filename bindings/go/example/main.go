// A small shop: it generates an order, or receives notifications.
//
//	go run ./example order INV-1
//	go run ./example serve 127.0.0.1:8080
//
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"doku.example/doku"
)

// Paths as DOKU has them: that of the API, and that of our notification URL.
const (
	generateOrder = "/indodana-peer-to-peer/v2/generate-order"
	notifications = "/payments/notifications"
	maxBody       = 1 << 20
)

func main() {
	d, err := doku.New(os.Getenv("DOKU_CLIENT_ID"), os.Getenv("DOKU_SECRET_KEY"))
	switch {
	case err != nil:
	case len(os.Args) == 3 && os.Args[1] == "order":
		err = order(d, os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(d, os.Args[2])
	default:
		err = fmt.Errorf("usage: example order INVOICE_NUMBER | example serve ADDRESS")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func order(d *doku.Doku, invoiceNumber string) error {
	type object map[string]any
	body, err := json.Marshal(object{
		"order": object{"invoice_number": invoiceNumber, "amount": 100000, "callback_url_cancel": "https://shop.example/cancel",
			"line_items": []object{{"name": "Ayam geprek", "price": 50000, "quantity": 2, "id": "1002",
				"category": "food-and-beverage"}}},
		"peer_to_peer_info": object{"merchant_unique_reference": "60123"},
		"customer":          object{"first_name": "Sari", "email": "s.w@mail.example", "phone": "6281122334455"},
		"billing_address": object{"first_name": "Sari", "address": "Jalan Melati No. 25", "city": "Jakarta",
			"postal_code": "12960", "phone": "6281122334455", "country_code": "IDN"},
	})
	if err != nil {
		return err
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	// Store the request id and the body here. After a lost answer, send the same body with the same id again.
	requestID := fmt.Sprintf("%x", id)

	request, err := http.NewRequest(http.MethodPost, baseURL()+generateOrder, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if request.Header, err = d.Sign(http.MethodPost, generateOrder, requestID, time.Now(), body); err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return err
	}
	if err := d.VerifyResponse(generateOrder, requestID, response.Header, answer); err != nil {
		return fmt.Errorf("HTTP %d, and an order may exist: %w", response.StatusCode, err)
	}
	var made struct{ Payment struct{ URL string } }
	if err := json.Unmarshal(answer, &made); err != nil || made.Payment.URL == "" {
		return fmt.Errorf("HTTP %d without a payment URL", response.StatusCode)
	}
	fmt.Println(made.Payment.URL)
	return nil
}

func serve(d *doku.Doku, address string) error {
	http.HandleFunc(notifications, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := d.VerifyNotification(notifications, r.Header, body); err != nil {
			fmt.Println("refused:", err)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		// Only now is the body parsed. Compare invoice number and amount with your own order.
		var notification struct {
			Order struct {
				InvoiceNumber string `json:"invoice_number"`
			}
			Transaction struct{ Status string }
		}
		// What cannot be read is kept and acknowledged too: DOKU did send it.
		_ = json.Unmarshal(body, &notification)
		fmt.Printf("verified: %q is %q\n", notification.Order.InvoiceNumber, notification.Transaction.Status)
	})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	server := http.Server{ReadTimeout: 10 * time.Second}
	return server.Serve(listener)
}

func baseURL() string {
	if url := os.Getenv("DOKU_URL"); url != "" {
		return url
	}
	return "https://api-sandbox.doku.com"
}
