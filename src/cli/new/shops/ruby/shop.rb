# A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.
require "json"
require "net/http"
require "openssl"
require "securerandom"
require "webrick"

ORDERS = URI("http://127.0.0.1:4100/orders")
TOKEN = File.read("secrets/token").strip
SECRET = File.read("secrets/webhook").strip.delete_prefix("whsec_").unpack1("m")

shop = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: 8080)
# One number for one cart: a second click makes no second order.
shop.mount_proc("/buy") do |request, page|
  order = JSON.parse(File.read("order.json"))
  order["order"]["invoice_number"] = request.path_info.delete_prefix("/")
  headers = { "Authorization" => "Bearer #{TOKEN}", "Content-Type" => "application/json" }
  answer = Net::HTTP.post(ORDERS, order.to_json, headers)
  url = JSON.parse(answer.body)["payment_url"]
  page.status, page.body = url ? 303 : answer.code.to_i, answer.body
  page["location"] = url if url
end
# Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
shop.mount_proc("/effects") do |request, page|
  id, time, given = %w[id timestamp signature].map { |name| request["webhook-#{name}"].to_s }
  ours = "v1," + OpenSSL::HMAC.base64digest("SHA256", SECRET, "#{id}.#{time}.#{request.body}")
  genuine = (Time.now.to_i - time.to_i).abs < 300 && given.split.any? { OpenSSL.secure_compare(_1, ours) }
  File.write("effects/#{id}.json", request.body) if genuine
  page.status = genuine ? 204 : 401
end
# All else: the front page, and the server.
shop.mount_proc("/") do |_, page|
  page.content_type = "text/html"
  page.body = "<form method=post action=/buy/INV-#{SecureRandom.uuid}><button>Pay later</button></form>"
end
trap("TERM") { shop.shutdown }
shop.start
