/**
 * An order of the shop.
 *
 * @param {string} invoiceNumber
 * @param {number} port
 * @returns {import('doku-indodana').GenerateOrderRequest}
 */
export function order(invoiceNumber, port) {
  return {
    order: {
      invoice_number: invoiceNumber,
      amount: 100_000,
      line_items: [
        // A discount lowers the price, shipping is an item of its own.
        { name: 'Ayam geprek', price: 45_000, quantity: 2, id: '1002', category: 'food-and-beverage' },
        { name: 'Ongkos kirim', price: 10_000, quantity: 1, id: 'ONGKIR', category: 'others' },
      ],
      callback_url: `http://127.0.0.1:${port}/done`,
      callback_url_cancel: `http://127.0.0.1:${port}/cancel`,
    },
    peer_to_peer_info: { merchant_unique_reference: invoiceNumber, expired_time: 60 },
    customer: { first_name: 'Sari', last_name: 'Wulandari', email: 's.w@mail.example', phone: '6281122334455' },
    billing_address: {
      first_name: 'Sari',
      address: 'Jalan Melati No. 25',
      city: 'Jakarta',
      postal_code: '12960',
      phone: '6281122334455',
      country_code: 'IDN',
    },
  }
}
