// DOKU's non-SNAP signature. The same text is in the Postman and in the Bruno collection.
const signature = (() => {
  const CryptoJS = require("crypto-js");

  // A text stands for its UTF-8, anything else is a list of bytes.
  const words = (bytes) =>
    typeof bytes === "string"
      ? CryptoJS.enc.Utf8.parse(bytes)
      : CryptoJS.enc.Hex.parse(Array.from(new Uint8Array(bytes), (byte) => (byte + 256).toString(16).slice(1)).join(""));

  const digest = (body) => CryptoJS.enc.Base64.stringify(CryptoJS.SHA256(words(body)));

  // `label` is Request-Timestamp or Response-Timestamp. A GET has no digest.
  const stringToSign = ({ label, clientId, requestId, timestamp, target, digest }) => {
    const lines = ["Client-Id:" + clientId, "Request-Id:" + requestId, label + ":" + timestamp, "Request-Target:" + target];
    return (digest === null ? lines : lines.concat("Digest:" + digest)).join("\n");
  };

  const sign = (parts, key) =>
    "HMACSHA256=" + CryptoJS.enc.Base64.stringify(CryptoJS.HmacSHA256(words(stringToSign(parts)), words(key)));

  // Returns why a received message is not genuine, or null. `headers` is a list of [name, value].
  const refusal = ({ label, headers, body, clientId, target, key }) => {
    const names = ["Client-Id", "Request-Id", label, "Signature"];
    const values = names.map((name) => headers.filter((header) => header[0].toLowerCase() === name.toLowerCase()));
    for (let i = 0; i < names.length; i++) {
      if (values[i].length === 0) return "missing_header: " + names[i];
      if (values[i].length > 1) return "duplicate_header: " + names[i];
    }
    const [foundId, requestId, timestamp, found] = values.map((headers) => headers[0][1]);
    for (const value of [foundId, requestId, timestamp]) {
      if (!/^[ -~]+$/.test(value)) return "malformed_header";
    }
    if (!/^[!-~]{1,128}$/.test(requestId)) return "malformed_header: Request-Id";
    if (timestamp.length > 64) return "malformed_header: " + label;
    // Exactly 32 bytes; DOKU was seen to leave the padding out.
    if (!/^HMACSHA256=[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=?$/.test(found)) return "malformed_signature";
    if (foundId !== clientId) return "client_id_mismatch";
    const parts = { label, clientId, requestId, timestamp, target, digest: digest(body) };
    return sign(parts, key) === found.replace(/=?$/, "=") ? null : "signature_mismatch";
  };

  // Returns the path of a request. What `value` returns for the name after a colon is percent-encoded.
  const target = (path, value) =>
    path.split("/").map((part) => (part[0] === ":" ? encodeURIComponent(value(part.slice(1))) : part)).join("/");

  return { digest, stringToSign, sign, refusal, target };
})();
