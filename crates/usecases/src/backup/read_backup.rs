//! Reads a backup line by line, and believes none of it before the trailer has been compared.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use data_encoding::HEXLOWER;
use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use timetap_store::backup::Row;

use super::BackupError;
use super::format::{FORMAT, Header, MAGIC, Summary, TableLine, Trailer};

/// No row is longer: the longest texts that people can write are far shorter.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// What comes next.
#[derive(Debug)]
pub(super) enum Part {
    /// A table begins.
    Table { name: String, columns: Vec<String> },
    /// A row of that table.
    Row(Row),
    /// Everything was there, and nothing else.
    End,
}

pub(super) struct BackupReader<R: Read> {
    input: BufReader<MultiGzDecoder<R>>,
    digest: Sha256,
    header: Header,
    rows: BTreeMap<String, u64>,
    table: Option<String>,
}

impl<R: Read> BackupReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// The file is no backup, or one in a later form.
    pub(super) fn open(input: R) -> Result<Self, BackupError> {
        let mut input = BufReader::new(MultiGzDecoder::new(input));
        let mut digest = Sha256::new();
        let line = read_line(&mut input).map_err(|_| BackupError::NotABackup)?;
        let header: Header = serde_json::from_slice(&line).map_err(|_| BackupError::NotABackup)?;
        if header.timetap != MAGIC {
            return Err(BackupError::NotABackup);
        }
        if header.format > FORMAT {
            return Err(BackupError::LaterFormat(header.format));
        }
        digest.update(&line);
        Ok(Self {
            input,
            digest,
            header,
            rows: BTreeMap::new(),
            table: None,
        })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// What was read, once [`Part::End`] has come.
    pub(super) fn into_summary(self) -> Summary {
        Summary {
            header: self.header,
            rows: self.rows,
        }
    }

    /// The next part.
    ///
    /// # Errors
    /// [`BackupError::Damaged`].
    pub(super) fn next(&mut self) -> Result<Part, BackupError> {
        let line = read_line(&mut self.input)?;
        if line.starts_with(b"[") {
            self.digest.update(&line);
            let table = self
                .table
                .as_ref()
                .ok_or_else(|| damaged("a row stands outside of every table"))?;
            *self.rows.entry(table.clone()).or_default() += 1;
            return Ok(Part::Row(parse(&line)?));
        }
        if line.starts_with(b"{\"table\"") {
            self.digest.update(&line);
            let TableLine { table, columns } = parse(&line)?;
            if self.rows.insert(table.clone(), 0).is_some() {
                return Err(damaged("a table stands there twice"));
            }
            self.table = Some(table.clone());
            return Ok(Part::Table { name: table, columns });
        }
        let trailer: Trailer = parse(&line)?;
        let digest = HEXLOWER.encode(&self.digest.clone().finalize());
        if !trailer.end || trailer.sha256 != digest {
            return Err(damaged("its checksum does not fit its content"));
        }
        if trailer.rows != self.rows {
            return Err(damaged("it has another number of rows than it says"));
        }
        let mut rest = [0; 1];
        match self.input.read(&mut rest) {
            Ok(0) => Ok(Part::End),
            _ => Err(damaged("something stands after its end")),
        }
    }
}

fn read_line(input: &mut impl BufRead) -> Result<Vec<u8>, BackupError> {
    let mut line = Vec::new();
    let read = input.take(LONGEST_LINE).read_until(b'\n', &mut line);
    match read {
        Err(error) => Err(damaged(&error.to_string())),
        Ok(_) if line.last() != Some(&b'\n') => Err(damaged("it ends too early")),
        Ok(_) => Ok(line),
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, BackupError> {
    serde_json::from_slice(line).map_err(|_| damaged("a line cannot be read"))
}

fn damaged(what: &str) -> BackupError {
    BackupError::Damaged(what.to_owned())
}
