//! A network that goes wrong: [`Link`], the way between two parties.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

use crate::dice::Dice;

/// What connections meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fair,
    /// They are closed at once.
    Closed,
    /// What is sent is taken, and nothing comes back.
    Hole,
    /// Half of them are cut in the middle of what is sent, or of what comes back.
    Cuts,
}

impl Weather {
    /// Half of the time it is fair.
    pub(crate) fn cast(dice: &mut Dice) -> Self {
        match dice.below(8) {
            0..=3 => Self::Fair,
            4 => Self::Closed,
            5 => Self::Hole,
            _ => Self::Cuts,
        }
    }
}

/// A way to one of several ends, whichever it may be.
pub(crate) struct Link {
    pub(crate) address: SocketAddr,
    way: Arc<Way>,
    task: JoinHandle<()>,
}

struct Way {
    ends: Mutex<Vec<SocketAddr>>,
    dice: Mutex<Dice>,
    weather: watch::Sender<Weather>,
}

impl Link {
    pub(crate) async fn open(ends: &[SocketAddr], seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ends, dice) = (Mutex::new(ends.to_vec()), Mutex::new(Dice::new(seed)));
        let way = Arc::new(Way { ends, dice, weather: watch::Sender::new(Weather::Fair) });
        let task = tokio::spawn(accept(listener, way.clone()));
        Self { address, way, task }
    }

    /// Sets where it leads.
    pub(crate) fn lead(&self, ends: Vec<SocketAddr>) {
        *self.way.ends.lock().unwrap() = ends;
    }

    /// Lets the weather change, which cuts all connections that there are.
    pub(crate) fn set(&self, weather: Weather) {
        self.way.weather.send_replace(weather);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Way {
    /// Returns where a connection leads, and how many bytes it carries there and back.
    fn deal(&self, weather: Weather) -> Option<(SocketAddr, [usize; 2])> {
        let ends = self.ends.lock().unwrap();
        let mut dice = self.dice.lock().unwrap();
        let end = *ends.get(dice.below(ends.len().max(1)))?;
        let fate = if weather == Weather::Cuts { dice.below(4) } else { 0 };
        Some(match fate {
            2 => (end, [1 + dice.below(2_000), usize::MAX]),
            3 => (end, [usize::MAX, 1 + dice.below(1_000)]),
            _ => (end, [usize::MAX; 2]),
        })
    }
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    while let Ok((near, _)) = listener.accept().await {
        let mut change = way.weather.subscribe();
        let weather = *change.borrow_and_update();
        let dealt = way.deal(weather);
        tokio::spawn(async move {
            tokio::select! {
                () = carry(near, weather, dealt) => {}
                _ = change.changed() => {}
            }
        });
    }
}

async fn carry(mut near: TcpStream, weather: Weather, dealt: Option<(SocketAddr, [usize; 2])>) {
    let Some((end, [there, back])) = dealt else { return };
    match weather {
        Weather::Closed => {}
        Weather::Hole => while near.read(&mut [0; 4_096]).await.is_ok_and(|count| count > 0) {},
        Weather::Fair | Weather::Cuts => {
            let Ok(far) = TcpStream::connect(end).await else { return };
            let _ = (near.set_nodelay(true), far.set_nodelay(true));
            let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
            // Where one direction breaks, both do.
            let _ = tokio::try_join!(pass(near_read, far_write, there), pass(far_read, near_write, back));
        }
    }
}

/// Carries so many bytes in one direction, or to its end.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut room: usize) -> io::Result<()> {
    let mut bytes = [0; 4_096];
    loop {
        let count = from.read(&mut bytes).await?.min(room);
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..count]).await?;
        room -= count;
        if room == 0 {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
    }
}
