//! Who may call, and what may be sent.

use std::fs;

use doku_sidecar::Address;

use crate::{
    wire::Request,
    world::{Shop, TOKEN, World, order},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_needs_a_token_that_is_known() {
    let world = World::new().await;
    let shop = world.start().await;
    let bare = || Shop::request("POST", "/orders").without("Authorization").body(order("INV-1"));
    for authorization in [
        None,
        Some("Bearer a-token-of-nobody".to_owned()),
        Some(format!("Bearer {}", &TOKEN[1..])),
        Some(format!("Bearer {TOKEN}x")),
        Some(format!("Basic {TOKEN}")),
        Some(TOKEN.to_owned()),
        Some("Bearer".to_owned()),
    ] {
        let request = authorization.iter().fold(bare(), |request, value| request.with("Authorization", value));
        let answer = shop.send(&request).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{authorization:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"doku\""));
    }
    let twice =
        bare().with("Authorization", format!("Bearer {TOKEN}")).with("Authorization", format!("Bearer {TOKEN}"));
    assert_eq!(shop.send(&twice).await.status, 401);
    // What holds no data needs none, and a path that is not there says no more than that.
    for (path, status) in
        [("/livez", 200), ("/openapi.yaml", 200), ("/problems/refused", 200), ("/problems/x", 404), ("/x", 404)]
    {
        assert_eq!(shop.send(&Request::new("GET", path).with("Host", "localhost")).await.status, status, "{path}");
    }
    assert_eq!(world.made(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_changed_without_a_restart() {
    let world = World::new().await;
    let shop = world.start().await;
    let with = |token: &str| {
        Shop::request("GET", "/orders").without("Authorization").with("Authorization", format!("Bearer {token}"))
    };
    let next = "the-next-token-of-the-tests";
    assert_eq!(shop.send(&with(next)).await.status, 401);
    world.secret("tokens", &format!("{TOKEN}\n{next}\n"));
    assert_eq!((shop.send(&with(next)).await.status, shop.send(&with(TOKEN)).await.status), (200, 200));
    world.secret("tokens", &format!("{next}\n\n"));
    assert_eq!((shop.send(&with(next)).await.status, shop.send(&with(TOKEN)).await.status), (200, 401));
    // A slip of an editor stops no shop, and lets nobody in.
    world.secret("tokens", "short\n");
    assert_eq!((shop.send(&with(next)).await.status, shop.send(&with("short")).await.status), (200, 401));
    fs::remove_file(world.path("tokens")).unwrap();
    assert_eq!((shop.send(&with(next)).await.status, shop.send(&with(TOKEN)).await.status), (200, 401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_host_is_not_served() {
    let world = World::new().await;
    let shop = world.start_with(&world.settings().set("api.hosts", "[\"sidecar\"]")).await;
    let to = |host: &str| Shop::request("GET", "/orders").without("Host").with("Host", host);
    for host in ["127.0.0.1", "127.0.0.1:9", "localhost:4100", "LocalHost", "[::1]:4100", "sidecar", "Sidecar:4100"] {
        assert_eq!(shop.send(&to(host)).await.status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4100", "localhost:x", "", "10.0.0.1"]
    {
        let answer = shop.send(&to(host)).await;
        assert_eq!((answer.status, answer.code().as_str()), (421, "misdirected"), "{host}");
    }
    let none = shop.send(&Shop::request("GET", "/orders").without("Host")).await;
    assert_eq!((none.status, none.code().as_str()), (400, "bad_request"));
    let two = shop.send(&Shop::request("GET", "/orders").with("Host", "127.0.0.1")).await;
    assert_eq!((two.status, two.code().as_str()), (400, "bad_request"));
    let absolute = shop.send(&Shop::request("GET", "http://evil.example/orders")).await;
    assert_eq!((absolute.status, absolute.code().as_str()), (421, "misdirected"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_another_origin_is_let_in() {
    let world = World::new().await;
    let shop = world.start().await;
    let asked = shop.send(&Shop::request("OPTIONS", "/orders").with("Origin", "https://evil.example")).await;
    assert_eq!((asked.status, asked.code().as_str()), (405, "method_not_allowed"));
    assert_eq!(asked.header("allow"), Some("POST,GET,HEAD"));
    let answer = shop.send(&Shop::request("GET", "/orders").with("Origin", "https://evil.example")).await;
    for header in ["access-control-allow-origin", "access-control-allow-headers", "access-control-allow-credentials"] {
        assert_eq!((asked.header(header), answer.header(header)), (None, None), "{header}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_bounded() {
    let world = World::new().await;
    let shop = world.start().await;
    let long = Shop::request("GET", "/orders").with("X-Long", "x".repeat(32 << 10));
    assert_eq!(shop.send(&long).await.status, 431);
    let many =
        (0..100).fold(Shop::request("GET", "/orders"), |request, number| request.with(&format!("X-{number}"), "x"));
    assert_eq!(shop.send(&many).await.status, 431);
    for (path, body) in [("/orders/INV-1/close", 8 << 10), ("/effects/1/done", 8 << 10), ("/orders", (1 << 20) + 1)] {
        let answer = shop.post(path, vec![b' '; body]).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"), "{path}");
    }
    // Who asks before he sends is told at once.
    let asked = Shop::request("POST", "/orders").with("Expect", "100-continue").body(vec![b' '; 2 << 20]);
    assert_eq!(shop.send(&asked).await.code(), "too_large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_or_a_small_body_that_is_wrong_is_said() {
    let world = World::new().await;
    let shop = world.start().await;
    for path in [
        "/orders?resolved",
        "/orders?limit=0",
        "/orders?limit=501",
        "/orders?limit=x",
        "/orders?unresolved=maybe",
        "/orders?after=a&after=b",
        "/orders?after=%FF",
        "/effects?after=x",
        "/effects?open=1",
        "/orders/INV-1?refres",
    ] {
        let answer = shop.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_request"), "{path}");
    }
    for (path, body) in [
        ("/effects/1/done", ""),
        ("/effects/1/done", "{}"),
        ("/effects/1/done", r#"{"attempt":"0"}"#),
        ("/effects/1/done", r#"{"attempt":0.5}"#),
        ("/effects/1/done", r#"{"attempt":0,"x":1}"#),
        ("/orders/INV-1/close", r#"{"reason":1}"#),
    ] {
        let answer = shop.post(path, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_request"), "{path} {body}");
    }
    for (method, path, body) in [
        ("GET", "/orders/INV-1", ""),
        ("GET", "/orders/INV-1?refresh", ""),
        ("GET", "/effects/1", ""),
        ("GET", "/effects/x", ""),
        ("GET", "/orders/%FF", ""),
        ("GET", "/effects/%FF", ""),
        ("GET", "/effects/99999999999999999999", ""),
        ("POST", "/effects/1/done", r#"{"attempt":0}"#),
        ("POST", "/effects/1/deliver", ""),
        ("POST", "/orders/INV-1/close", r#"{"reason":"gone"}"#),
    ] {
        let answer = shop.send(&Shop::request(method, path).body(body)).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_is_for_its_owner_and_needs_no_token() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().await;
    let path = world.path("api.sock");
    let listen = format!("unix:{}", path.display());
    let settings = world.settings().set("api.listen", &listen).set("api.tokens_file", "");
    let shop = world.start_with(&settings).await;
    assert_eq!(*shop.0.api_address(), Address::Unix(path.clone()));
    let bare = Request::new("GET", "/orders").with("Host", "localhost");
    assert_eq!(shop.send(&bare).await.status, 200);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    shop.0.stop().await;
    assert!(!path.exists());
    // One that a dead process left is replaced; with tokens it is for the group as well.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let shop = world.start_with(&world.settings().set("api.listen", &listen)).await;
    assert_eq!(shop.send(&bare).await.status, 401);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
}
