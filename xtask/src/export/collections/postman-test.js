// Verifies the answer over the bytes received. DOKU does not say whether refusals and status answers are signed.
const refusal = signature.refusal({
  label: "Response-Timestamp",
  headers: pm.response.headers.map((header) => [header.key, header.value]),
  body: pm.response.stream || pm.response.text(),
  clientId: pm.request.headers.get("Client-Id"),
  target: pm.variables.get("request_target"),
  key: pm.variables.replaceIn(pm.variables.get("secret_key")),
});
pm.test("the signature of the answer is DOKU's", () => {
  if (refusal !== null) throw new Error(refusal);
});
pm.test("the answer is to this request", () => {
  pm.expect(pm.response.headers.get("Request-Id")).to.equal(pm.request.headers.get("Request-Id"));
});
