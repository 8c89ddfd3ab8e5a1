using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.Serialization.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml;

/// <summary>A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.</summary>
static class Shop
{
    /// <summary>One number for one cart: a second click makes no second order.</summary>
    static async Task Buy(HttpListenerContext page)
    {
        var cart = Regex.Replace(page.Request.Url.AbsolutePath.Substring("/buy/".Length), "[^A-Za-z0-9-]", "");
        var order = File.ReadAllText("order.json").Replace("CART", cart);
        var ask = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1:4100/orders");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText("secrets/token").Trim());
        ask.Content = new StringContent(order, Encoding.UTF8, "application/json");
        var said = await Http.SendAsync(ask);
        var text = await said.Content.ReadAsByteArrayAsync();
        var json = new XmlDocument();
        json.Load(JsonReaderWriterFactory.CreateJsonReader(text, XmlDictionaryReaderQuotas.Max));
        var url = json.SelectSingleNode("/root/payment_url")?.InnerText;
        if (!string.IsNullOrEmpty(url)) page.Response.RedirectLocation = url;
        Answer(page, string.IsNullOrEmpty(url) ? (int)said.StatusCode : 303, text);
    }

    /// <summary>Signed by the sidecar, sent until it is answered with 2xx: act once for each id.</summary>
    static async Task Effect(HttpListenerContext page)
    {
        string id = page.Request.Headers["webhook-id"], sent = page.Request.Headers["webhook-timestamp"];
        var body = await new StreamContent(page.Request.InputStream).ReadAsByteArrayAsync();
        var secret = Convert.FromBase64String(File.ReadAllText("secrets/webhook").Trim().Substring("whsec_".Length));
        var mac = new HMACSHA256(secret).ComputeHash(Encoding.UTF8.GetBytes(id + "." + sent + ".").Concat(body).ToArray());
        var ours = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(mac));
        var genuine = (page.Request.Headers["webhook-signature"] ?? "").Split(' ')
            .Any(theirs => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(theirs), ours));
        var fresh = genuine && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(sent)) < 300;
        if (fresh) File.WriteAllBytes("effects/" + id + ".json", body);
        Answer(page, fresh ? 204 : 401, new byte[0]);
    }

    // All else: the front page, and the server.
    static readonly HttpClient Http = new HttpClient();

    static void Front(HttpListenerContext page)
    {
        page.Response.ContentType = "text/html";
        var form = "<form method=post action=/buy/INV-" + Guid.NewGuid() + "><button>Pay later</button></form>";
        Answer(page, 200, Encoding.UTF8.GetBytes(form));
    }

    static void Answer(HttpListenerContext page, int status, byte[] text)
    {
        page.Response.StatusCode = status;
        page.Response.Close(text, true);
    }

    static async Task Serve(HttpListenerContext page)
    {
        try
        {
            var path = page.Request.Url.AbsolutePath;
            if (path == "/effects") await Effect(page);
            else if (path.StartsWith("/buy/")) await Buy(page);
            else Front(page);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e.Message);
            Answer(page, 503, Encoding.UTF8.GetBytes("try again"));
        }
    }

    static void Main()
    {
        var shop = new HttpListener();
        shop.Prefixes.Add("http://127.0.0.1:8080/");
        shop.Start();
        while (true)
        {
            var page = shop.GetContext();
            Task.Run(() => Serve(page));
        }
    }
}
