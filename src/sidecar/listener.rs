//! Where connections come in: [`Address`], [`Listener`].

use std::{fmt, io, net::SocketAddr, path::PathBuf, str::FromStr};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};

/// Where the API listens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// An address and a port. Port 0 takes a free one.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some("") => Err("names no socket; write unix:/run/doku/api.sock".to_owned()),
            Some(path) if cfg!(unix) => Ok(Self::Unix(PathBuf::from(path))),
            Some(_) => Err("there are no unix sockets on this system; set an address and a port".to_owned()),
            None => text.parse().map(Self::Tcp).map_err(|_| {
                "must be an address and a port, such as 127.0.0.1:4100, or a socket, unix:/run/doku/api.sock".to_owned()
            }),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A connection, of whichever kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// Takes connections.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(Socket),
}

impl Listener {
    /// Begins to listen. A socket is for its owner alone, or for its group as well.
    pub(crate) async fn bind(address: &Address, for_group: bool) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
            #[cfg(unix)]
            Address::Unix(path) => Socket::bind(path.clone(), for_group).await.map(Self::Unix),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }

    /// Returns where it listens.
    pub(crate) fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Address::Unix(socket.path.clone())),
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Answers are small, and whoever asks waits for them.
                let _ = stream.set_nodelay(true);
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Unix(socket) => socket.listener.accept().await.map(|(stream, _)| Box::new(stream) as Box<dyn Stream>),
        }
    }
}

/// A Unix socket, which is removed at the end.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Socket {
    listener: tokio::net::UnixListener,
    path: PathBuf,
}

#[cfg(unix)]
impl Socket {
    /// Makes the socket under another name first, so that nobody reaches it before its mode is set. One that a dead
    /// process left is replaced.
    async fn bind(path: PathBuf, for_group: bool) -> io::Result<Self> {
        use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
        if let Ok(metadata) = std::fs::symlink_metadata(&path) {
            let living = tokio::net::UnixStream::connect(&path).await.is_ok();
            if living || !metadata.file_type().is_socket() {
                return Err(io::ErrorKind::AddrInUse.into());
            }
        }
        let mut making = path.clone().into_os_string();
        making.push(format!(".{}", std::process::id()));
        let _ = std::fs::remove_file(&making);
        let listener = tokio::net::UnixListener::bind(&making)?;
        let mode = if for_group { 0o660 } else { 0o600 };
        std::fs::set_permissions(&making, std::fs::Permissions::from_mode(mode))?;
        std::fs::rename(&making, &path)?;
        Ok(Self { listener, path })
    }
}

#[cfg(unix)]
impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
