//! What a child process says on its standard error, read all the time: a pipe that nobody empties would stop it.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// The lines so far.
pub struct ChildLog {
    said: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl ChildLog {
    /// Reads `pipe` until its end.
    pub fn read(pipe: impl Read + Send + 'static) -> Self {
        let said = Arc::new(Mutex::new(String::new()));
        let heard = said.clone();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                let mut said = heard.lock().unwrap();
                said.push_str(&String::from_utf8_lossy(&line));
                said.push('\n');
            }
        });
        Self {
            said,
            reader: Some(reader),
        }
    }

    /// What was said until now.
    pub fn so_far(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Everything, once the child has ended.
    pub fn wait_for_all(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.so_far()
    }
}
