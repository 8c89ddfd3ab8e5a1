// A small shop: it generates an order, or receives notifications.
//
//	go run ./example order INV-1
//	go run ./example serve 127.0.0.1:8080
//
// DOKU_CLIENT_ID and DOKU_SECRET_KEY are the credentials; DOKU_URL is the sandbox unless it is set.
package main

import (
	"fmt"
	"log"
	"os"

	"doku.example/doku"
)

func main() {
	d, err := doku.New(os.Getenv("DOKU_CLIENT_ID"), os.Getenv("DOKU_SECRET_KEY"))
	switch {
	case err != nil:
		err = fmt.Errorf("DOKU_CLIENT_ID, DOKU_SECRET_KEY: %w", err)
	case len(os.Args) == 3 && os.Args[1] == "order":
		err = printOrder(d, os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(d, os.Args[2])
	default:
		err = fmt.Errorf("usage: example order INVOICE_NUMBER | example serve ADDRESS")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func printOrder(d *doku.Doku, invoiceNumber string) error {
	order, err := newOrder(invoiceNumber)
	if err != nil {
		return err
	}
	url, err := order.generate(d)
	if err != nil {
		return err
	}
	fmt.Println(url)
	return nil
}
