//! What becomes of a store when things go wrong: kills, a full disk, a second writer, other editions of the format.
//!
//! The program is run as its users run it. The news is made by `benches/generate.py`.

mod program;

use program::{Run, copy_folder, program, run};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// The quads of a store, sorted.
fn quads(store: &Path) -> Vec<String> {
    let exported = run(&["export", "--format", "nquads", "--store", &text(store)]).ended(0);
    let mut quads: Vec<String> = exported.out.lines().map(str::to_owned).collect();
    quads.sort();
    quads
}

/// Fails with the first few quads that differ, since whole stores are too much to read.
#[track_caller]
fn assert_same(left: &[String], right: &[String], what: &str) {
    if left == right {
        return;
    }
    let (left, right): (BTreeSet<&String>, BTreeSet<&String>) = (left.iter().collect(), right.iter().collect());
    let missing: Vec<_> = right.difference(&left).take(5).collect();
    let surplus: Vec<_> = left.difference(&right).take(5).collect();
    panic!(
        "{what}: {} quads instead of {}; missing {missing:#?}, surplus {surplus:#?}",
        left.len(),
        right.len()
    );
}

/// Made-up news, so many lines of it.
fn news(lines: usize, seed: usize) -> String {
    let generated = Command::new("python3")
        .args(["benches/generate.py", &lines.to_string(), "--seed", &seed.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("python3 is there");
    assert!(
        generated.status.success(),
        "{}",
        String::from_utf8_lossy(&generated.stderr)
    );
    String::from_utf8(generated.stdout).expect("UTF-8")
}

/// The same news with other figures in every third text: documents that have changed.
fn changed(news: &str) -> String {
    let change = |(n, line): (usize, &str)| -> String {
        let mut document: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if n % 3 == 0 {
            document["text"] = document["text"].as_str().expect("a text").replace('5', "8").into();
        }
        document.to_string() + "\n"
    };
    news.lines().enumerate().map(change).collect()
}

/// Random numbers that are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A share of a time.
    fn of(&mut self, time: Duration) -> Duration {
        time.mul_f64(self.next() as f64 / u64::MAX as f64)
    }
}

/// Tables that bulk loads are writing, or have left behind.
fn bulk_tables(store: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(store.join("quads")) else {
        return Vec::new();
    };
    let is_bulk = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("bulk-"))
    };
    entries.flatten().map(|entry| entry.path()).filter(is_bulk).collect()
}

/// Kills made in all, a third of them while or just after a bulk load writes its tables.
const KILLS: usize = 50;
/// Kills of one store before it is left to finish, so that what several left behind comes together.
const KILLS_OF_ONE: usize = 5;

/// A command, what it starts from, and what it must end in.
struct Case {
    name: &'static str,
    start: Option<PathBuf>,
    args: Vec<String>,
    wanted: Vec<String>,
    /// How long the command takes when nobody disturbs it, and when its first bulk load begins.
    takes: Duration,
    bulk_after: Duration,
}

impl Case {
    fn new(folder: &Path, name: &'static str, start: Option<&Path>, documents: &[&Path]) -> Case {
        let store = folder.join(name);
        let mut args = vec!["ingest".to_owned()];
        args.extend(documents.iter().map(|path| text(path)));
        let mut case = Case {
            name,
            start: start.map(Path::to_owned),
            args,
            wanted: Vec::new(),
            takes: Duration::ZERO,
            bulk_after: Duration::ZERO,
        };
        case.begin(&store);
        let (mut child, started) = (case.spawn(&store), Instant::now());
        let mut first_bulk = None;
        let ended = loop {
            if let Some(ended) = child.try_wait().expect("it can be asked") {
                break ended;
            }
            if first_bulk.is_none() && !bulk_tables(&store).is_empty() {
                first_bulk = Some(started.elapsed());
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        assert!(ended.success(), "{name}: nothing is wrong with the news");
        case.takes = started.elapsed();
        case.bulk_after = first_bulk.expect("there is enough news for a bulk load");
        case.wanted = quads(&store);
        case
    }

    fn begin(&self, store: &Path) {
        if let Some(start) = &self.start {
            copy_folder(start, store);
        }
    }

    fn spawn(&self, store: &Path) -> Child {
        program()
            .args(&self.args)
            .args(["--store", &text(store)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }
}

#[test]
fn a_run_that_is_killed_and_repeated_ends_as_if_undisturbed() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let put = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("disk");
        path
    };
    let old = news(500, 7);
    let (before, after) = (put("before.jsonl", &old), put("after.jsonl", &changed(&old)));
    let more = put("more.jsonl", &news(500, 8));
    let start = folder.path().join("start");
    run(&["ingest", "--store", &text(&start), &text(&before)]).ended(0);
    let cases = [
        // Everything is new.
        Case::new(folder.path(), "new", None, &[&before]),
        // Documents that have changed are replaced, one by one; new ones meet the names and people of those that are in.
        Case::new(folder.path(), "more", Some(&start), &[&after, &more]),
    ];

    let mut dice = Dice(20_260_101);
    let (mut kills, mut left_tables) = (0, 0);
    for round in 0.. {
        if kills >= KILLS {
            break;
        }
        assert!(round < 4 * KILLS, "only {kills} kills hit a running process");
        let case = &cases[round % cases.len()];
        let store = folder.path().join(format!("killed-{round}"));
        case.begin(&store);
        for _ in 0..KILLS_OF_ONE {
            let (mut child, started) = (case.spawn(&store), Instant::now());
            let in_bulk_load = dice.next().is_multiple_of(3);
            let moment = dice.of(if in_bulk_load {
                (case.takes - case.bulk_after) * 3 / 4
            } else {
                case.takes
            });
            let mut bulk_began = None;
            let ended = loop {
                if child.try_wait().expect("it can be asked").is_some() {
                    break true;
                }
                if in_bulk_load && bulk_began.is_none() && !bulk_tables(&store).is_empty() {
                    bulk_began = Some(Instant::now());
                }
                let since = if in_bulk_load { bulk_began } else { Some(started) };
                if since.is_some_and(|since| since.elapsed() >= moment) {
                    break false;
                }
                std::thread::sleep(Duration::from_millis(1));
            };
            // SIGKILL: nothing of the program runs any more.
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            left_tables += usize::from(!bulk_tables(&store).is_empty());
            if ended {
                break;
            }
            kills += 1;
        }
        let mut last = case.spawn(&store);
        assert!(
            last.wait().expect("it ends").success(),
            "{} in round {round}",
            case.name
        );
        assert_eq!(bulk_tables(&store), Vec::<PathBuf>::new(), "tables are left behind");
        assert_same(
            &quads(&store),
            &case.wanted,
            &format!("{} after kills in round {round}", case.name),
        );
        fs::remove_dir_all(&store).expect("disk");
    }
    assert!(left_tables >= 3, "only {left_tables} kills hit a bulk load");
    println!("{kills} kills, {left_tables} of them in a bulk load");
}

#[test]
fn a_store_in_use_is_left_alone_by_every_command() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let store = folder.path().join("store");
    let article = "corpus/articles/tsmc-tw.txt";
    run(&["ingest", "--store", &text(&store), article]).ended(0);
    let before = quads(&store);
    let lock = fs::File::open(store.join("lock")).expect("a lock");
    let writing: [&[&str]; 2] = [&["ingest", "corpus/articles/deepseek-tw.txt"], &["remove", "tsmc-tw"]];
    let reading: [&[&str]; 4] = [
        &["query", "-e", "ASK {}"],
        &["export", "--format", "nquads"],
        &["verify"],
        &["why", "台積電", "releasedOn"],
    ];
    let with = |args: &[&str]| run(&[args, &["--store", &text(&store)]].concat());
    // Somebody reads: others may read, nobody may write.
    lock.lock_shared().expect("it is free");
    for args in writing {
        let refused = with(args).ended(2).said();
        assert!(
            refused.contains("in use by another process; wait"),
            "{args:?}: {refused}"
        );
    }
    with(reading[0]).ended(0);
    lock.unlock().expect("it was held");
    // Somebody writes: nobody else may do anything.
    lock.lock().expect("it is free");
    for args in writing.iter().chain(&reading[..3]) {
        let refused = with(args).ended(2).said();
        assert!(
            refused.contains("in use by another process; wait"),
            "{args:?}: {refused}"
        );
    }
    lock.unlock().expect("it was held");
    assert_same(&quads(&store), &before, "a refused command");
}

#[test]
fn a_store_of_another_format_is_refused_with_what_helps() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let store = folder.path().join("store");
    let article = "corpus/articles/tsmc-tw.txt";
    run(&["ingest", "--store", &text(&store), article]).ended(0);
    let before = quads(&store);
    let format_file = store.join("jingwei-store");
    let written = fs::read_to_string(&format_file).expect("it is there");
    let (line, rest) = written.split_once('\n').expect("two lines");
    let number: u32 = line
        .strip_prefix("format ")
        .and_then(|n| n.parse().ok())
        .expect("a number");
    for (format, helps) in [
        (number + 1, "use the newer program"),
        (number - 1, "into a new --store"),
    ] {
        fs::write(&format_file, format!("format {format}\n{rest}")).expect("disk");
        for args in [
            &["ingest", article][..],
            &["query", "-e", "ASK {}"],
            &["remove", "tsmc-tw"],
            &["verify"],
        ] {
            let refused = run(&[args, &["--store", &text(&store)]].concat()).ended(2).said();
            assert!(refused.contains(&format!("has format {format}")), "{args:?}: {refused}");
            assert!(refused.contains(helps), "{args:?}: {refused}");
        }
    }
    fs::write(&format_file, &written).expect("disk");
    assert_same(&quads(&store), &before, "a refused command");
}

/// `args` in a shell that first says `prepare`.
fn in_shell(prepare: &str, args: &[String]) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("{prepare} && exec \"$@\""),
            "sh",
            env!("CARGO_BIN_EXE_jingwei"),
        ])
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

#[test]
fn nothing_is_lost_when_files_may_not_grow_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let (few, many) = (folder.path().join("few.jsonl"), folder.path().join("many.jsonl"));
    fs::write(&few, news(40, 7)).expect("disk");
    fs::write(&many, news(500, 8)).expect("disk");
    let wanted = folder.path().join("wanted");
    let store = folder.path().join("store");
    run(&["ingest", "--store", &text(&wanted), &text(&few), &text(&many)]).ended(0);
    run(&["ingest", "--store", &text(&store), &text(&few)]).ended(0);
    let before = quads(&store);
    let args = ["ingest", "--store", &text(&store), &text(&many)].map(str::to_owned);
    // Half a megabyte is enough for the files that the store has, and too little for a bulk load's tables. The signal
    // is ignored, so that writing fails as it does on a full disk.
    let full = Run::from(
        in_shell("trap '' XFSZ && ulimit -f 1024", &args)
            .output()
            .expect("the program starts"),
    )
    .ended(2);
    assert!(
        full.said().contains("there is no space left for the store"),
        "{}",
        full.err
    );
    assert!(
        full.said().contains("make some and give the same command again"),
        "{}",
        full.err
    );
    assert_eq!(
        bulk_tables(&store),
        Vec::<PathBuf>::new(),
        "they would hold the space that is lacking"
    );
    assert_same(&quads(&store), &before, "a load that failed");
    run(&args).ended(0);
    assert_same(&quads(&store), &quads(&wanted), "a load that was taken up again");
}

/// A file system of so many megabytes, for the commands in `script` (where `$1` is the program, and `$disk` the file
/// system); `None` where neither root nor a namespace of one's own may mount one.
fn on_small_disk(folder: &Path, megabytes: usize, script: &str) -> Option<Run> {
    let disk = folder.join("disk");
    fs::create_dir_all(&disk).expect("a folder");
    let mount = format!("mount -t tmpfs -o size={megabytes}m tmpfs '{}'", disk.display());
    let attempt = |unshare: &[&str], script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(unshare)
            .args(["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_jingwei")])
            .env("disk", &disk)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null());
        command.output().ok()
    };
    let ways: [&[&str]; 2] = [&["--map-root-user", "--mount"], &["--mount"]];
    let way = ways
        .into_iter()
        .find(|way| attempt(way, &mount).is_some_and(|tried| tried.status.success()))?;
    let output = attempt(way, &format!("{mount} && {script}"))?;
    Some(Run {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[test]
fn nothing_is_lost_on_a_full_disk_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let (few, many) = (folder.path().join("few.jsonl"), folder.path().join("many.jsonl"));
    fs::write(&few, news(40, 7)).expect("disk");
    fs::write(&many, news(500, 8)).expect("disk");
    let wanted = folder.path().join("wanted");
    run(&["ingest", "--store", &text(&wanted), &text(&few), &text(&many)]).ended(0);
    let (few_file, many_file) = (text(&few), text(&many));
    let out = text(folder.path());
    // The size leaves room for the few, and fails the many in one place or another; then there is space.
    let script = |first: usize| {
        format!(
            "\"$1\" ingest --store $disk/store {few_file} || exit 3
             \"$1\" export --format nquads --store $disk/store --output {out}/few.nq || exit 4
             dd if=/dev/zero of=$disk/ballast bs=1k 2>/dev/null
             truncate -s -{first}k $disk/ballast
             \"$1\" ingest --store $disk/store {many_file} 2>{out}/said; echo $?
             rm $disk/ballast
             \"$1\" export --format nquads --store $disk/store --output {out}/full.nq || exit 5
             \"$1\" ingest --store $disk/store {many_file} || exit 6
             \"$1\" export --format nquads --store $disk/store --output {out}/all.nq || exit 7"
        )
    };
    let read = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(folder.path().join(name)).expect("it was written");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for room in [64, 1_000, 4_000] {
        let Some(run) = on_small_disk(folder.path(), 200, &script(room)) else {
            let mut err = std::io::stderr();
            writeln!(
                err,
                "no file system can be mounted here: a full disk is tried by a limit on files alone"
            )
            .expect("stderr");
            return;
        };
        let run = run.ended(0);
        let said = fs::read_to_string(folder.path().join("said")).expect("it was written");
        let said = said.replace("\n  │ ", " ");
        assert_eq!(run.out.trim(), "2", "{room} kB: {said}");
        assert!(
            said.contains("there is no space left for the store"),
            "{room} kB: {said}"
        );
        assert_same(
            &read("full.nq"),
            &read("few.nq"),
            &format!("a load that failed for want of {room} kB"),
        );
        assert_same(&read("all.nq"), &quads(&wanted), "a load that was taken up again");
    }
}

/// Stores of every format that was ever released: `format-N.tar.zst` with its quads in `format-N.nq.zst`.
fn old_stores() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    let mut stores: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.to_string_lossy().ends_with(".tar.zst"))
        .collect();
    stores.sort();
    stores
}

fn unpacked(path: &Path) -> Vec<u8> {
    zstd::decode_all(fs::File::open(path).expect("a fixture")).expect("it is whole")
}

/// What the fixtures hold. See tests/data/stores/README.md for how they are made.
const IN_FIXTURES: [&str; 2] = ["corpus/identity/articles", "corpus/articles/tsmc-tw.txt"];

#[test]
fn stores_of_every_released_format_open_verify_and_are_added_to() {
    static FRESH: OnceLock<Vec<String>> = OnceLock::new();
    let stores = old_stores();
    assert!(!stores.is_empty());
    for fixture in stores {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let mut archive = tar::Archive::new(&*unpacked(&fixture).leak());
        archive.unpack(folder.path()).expect("it can be unpacked");
        let store = folder.path().join("store");
        let name = fixture.file_name().expect("a name").to_string_lossy().into_owned();
        let written = unpacked(&fixture.with_file_name(name.replace(".tar.zst", ".nq.zst")));
        let mut written: Vec<String> = String::from_utf8(written)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect();
        written.sort();
        // It opens, and holds what was put into it.
        assert_same(&quads(&store), &written, &name);
        let verified = run(&["verify", "--store", &text(&store)]).ended(0);
        assert!(verified.out.ends_with("sound\n"), "{}", verified.out);
        let asked = run(&[
            "query",
            "--store",
            &text(&store),
            "-e",
            "SELECT ?claim { GRAPH ?doc { ?claim a jw:Claim } } LIMIT 1",
        ])
        .ended(0);
        assert!(asked.out.lines().count() == 2, "{}", asked.out);
        // With what is added, and the rest as this program reads it, it is what a new store would be.
        let add = |store: &Path| {
            let mut args = vec!["ingest", "--store"];
            let path = text(store);
            args.push(&path);
            args.extend(IN_FIXTURES);
            args.push("corpus/articles/deepseek-tw.txt");
            run(&args).ended(0);
        };
        add(&store);
        let fresh = FRESH.get_or_init(|| {
            let store = folder.path().join("fresh");
            add(&store);
            quads(&store)
        });
        assert_same(&quads(&store), fresh, &name);
        let verified = run(&["verify", "--store", &text(&store)]).ended(0);
        assert!(verified.out.ends_with("sound\n"), "{}", verified.out);
    }
}
