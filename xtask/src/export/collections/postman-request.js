// Signs the exact bytes that are sent: the variables are put in first, and the result is what is sent.
const fill = (text) => pm.variables.replaceIn(text);
const needed = (name) => {
  const value = fill(pm.variables.get(name) || "");
  if (value === "") {
    pm.test("the variable " + name + " is set", () => {
      throw new Error("set it in the environment; nothing was sent");
    });
    pm.execution.skipRequest();
  }
  return value;
};
const [baseUrl, clientId, secretKey] = ["base_url", "client_id", "secret_key"].map(needed);

const requestTarget = signature.target("/" + pm.request.url.path.join("/"), (name) => fill(pm.request.url.variables.get(name)));
let digest = null;
if (pm.request.method !== "GET") {
  pm.request.body.raw = fill(pm.request.body.raw);
  digest = signature.digest(pm.request.body.raw);
}
const parts = {
  label: "Request-Timestamp",
  clientId,
  // Set request_id to send a request again: the same id and the same bytes make no second order.
  requestId: fill(pm.variables.get("request_id") || "{{$guid}}"),
  timestamp: new Date().toISOString().slice(0, 19) + "Z",
  target: requestTarget,
  digest,
};
pm.request.headers.upsert({ key: "Client-Id", value: parts.clientId });
pm.request.headers.upsert({ key: "Request-Id", value: parts.requestId });
pm.request.headers.upsert({ key: "Request-Timestamp", value: parts.timestamp });
pm.request.headers.upsert({ key: "Signature", value: signature.sign(parts, secretKey) });
pm.request.url.update(baseUrl.replace(/\/$/, "") + requestTarget);
pm.variables.set("request_target", requestTarget);
