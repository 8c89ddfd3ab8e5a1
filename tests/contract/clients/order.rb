# Places an order with the client that openapi-generator made, looks at it, and meets a violation.

require "json"
require "doku_sidecar"

address = ENV.fetch("SIDECAR")
DokuSidecar.configure do |config|
  config.scheme = "http"
  config.host = address.delete_prefix("http://")
  config.access_token = ENV.fetch("TOKEN")
end
orders = DokuSidecar::OrdersApi.new

# A hash and no GenerateOrder: the generated model drops what the contract of the sidecar does not name.
body = JSON.parse(File.read(ENV.fetch("DOKU_ORDER")))
body["order"]["invoice_number"] = "INV-RUBY"
placed = orders.place_order(body)
found = orders.get_order("INV-RUBY")
abort "another payment URL" unless placed.payment_url == found.payment_url && found.effects.empty?

body["order"]["invoice_number"] = "INV-RUBY-2"
body["order"]["amount"] = 0
begin
  orders.place_order(body)
  abort "an order of nothing was placed"
rescue DokuSidecar::ApiError => error
  problem = DokuSidecar::ViolationsProblem.build_from_hash(JSON.parse(error.response_body))
  violation = problem.violations.first
  puts "#{placed.state} #{found.state} #{error.code} #{problem.code} #{violation.pointer} #{violation.code}"
end
