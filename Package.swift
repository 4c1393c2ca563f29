// swift-tools-version: 6.2
//
// Targets stand in the order in which data travels. This list is the only place that says who may
// use whom; the build refuses an import that is not declared here. Build flags live in
// scripts/build, so this package stays usable as a dependency.

import PackageDescription

/// What every Swift target of ours is compiled with.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// How the command is linked: `scripts/build` asks for one file without shared libraries. Only the
/// link differs, so tests and command share one build; as a dependency the package stays free of it.
let linking: [LinkerSetting] =
  Context.environment["TARN_STATIC"] == nil ? [] : [.unsafeFlags(["-static-executable"])]

/// A library target in its stage's folder.
func library(_ name: String, in stage: String, uses: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: uses, path: "Sources/\(stage)/\(name)", swiftSettings: strict)
}

/// The tests of one library target, named after it.
func tests(of name: String, uses: [Target.Dependency] = [], data: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + uses,
    path: "Tests/\(name)Tests", exclude: data, swiftSettings: strict)
}

/// The one door to a system library from Debian.
func door(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
  name: "tarn",
  products: [
    .library(name: "Lakehouse", targets: ["Lakehouse"]),
    .executable(name: "tarn", targets: ["tarn"]),
  ],
  targets: [
    // C: doors to system libraries, and kernels that need instructions Swift cannot name.
    door("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
    door("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
    door("CSnappy", pkgConfig: "snappy", package: "libsnappy-dev"),
    door("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
    door("CLZ4", pkgConfig: "liblz4", package: "liblz4-dev"),
    door("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
    .target(name: "CKernels", path: "Sources/C/CKernels"),

    // Data: values in memory, bytes on disk.
    library("Columnar", in: "Data"),
    library("Workers", in: "Data"),
    library("JSONText", in: "Data"),
    library("FileStorage", in: "Data", uses: ["CCrypto"]),
    library("Compression", in: "Data", uses: ["CZstd", "CSnappy", "CZlib", "CLZ4"]),

    // Lake: Parquet, Delta, the catalog.
    library("Parquet", in: "Lake", uses: ["Columnar", "FileStorage", "Compression", "CKernels"]),
    library("DeltaLake", in: "Lake", uses: ["Columnar", "FileStorage", "JSONText", "Parquet"]),
    library(
      "LakeCatalog", in: "Lake",
      uses: ["Columnar", "FileStorage", "JSONText", "DeltaLake", "CSQLite"]),

    // Ingest: files from outside become typed batches and rejected records.
    library(
      "Ingest", in: "Ingest",
      uses: ["Columnar", "FileStorage", "Compression", "JSONText", "Parquet", "CKernels"]),

    // Query: text to tree, tree to plan, plan to batches.
    library("QueryLanguage", in: "Query"),
    library(
      "QueryEngine", in: "Query",
      uses: [
        "Columnar", "Workers", "FileStorage", "Compression", "QueryLanguage", "CKernels",
      ]),

    // Risk: formulas, the table functions made of them, the views made of those.
    library("Quant", in: "Risk"),
    library(
      "RiskCalculators", in: "Risk",
      uses: ["Columnar", "Workers", "Quant", "QueryLanguage", "QueryEngine"]),
    library(
      "MaterializedViews", in: "Risk",
      uses: ["Columnar", "FileStorage", "JSONText", "LakeCatalog", "QueryLanguage", "QueryEngine"]),

    // Surface: the public library, the renderers, the command.
    library(
      "Lakehouse", in: "Surface",
      uses: [
        "Columnar", "Workers", "JSONText", "FileStorage", "Compression", "Parquet", "DeltaLake",
        "LakeCatalog", "Ingest", "QueryLanguage", "QueryEngine", "Quant", "RiskCalculators",
        "MaterializedViews",
      ]),
    library(
      "Reports", in: "Surface",
      uses: ["Columnar", "FileStorage", "Parquet", "JSONText", "Lakehouse", "CZlib"]),
    library(
      "Shell", in: "Surface",
      uses: ["Columnar", "FileStorage", "QueryLanguage", "Lakehouse", "Reports", "CKernels"]),
    .executableTarget(
      name: "tarn", dependencies: ["Shell"], path: "Sources/Surface/tarn", swiftSettings: strict,
      linkerSettings: linking),

    // Tests: one target per library, and the doubles they share.
    .target(
      name: "TestSupport", dependencies: ["Columnar", "FileStorage", "CSQLite"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "SQLLogic",
      dependencies: ["Columnar", "FileStorage", "Lakehouse", "QueryEngine", "Reports"],
      path: "Tests/SQLLogic", swiftSettings: strict),
    .executableTarget(
      name: "sqlsuite", dependencies: ["SQLLogic", "FileStorage", "Lakehouse"],
      path: "Tests/sqlsuite", swiftSettings: strict),
    tests(of: "SQLLogic", uses: ["FileStorage", "TestSupport"], data: ["Corpus"]),
    .target(
      name: "CrashSweep",
      dependencies: [
        "Columnar", "FileStorage", "DeltaLake", "LakeCatalog", "Lakehouse", "QueryLanguage",
        "TestSupport",
      ], path: "Tests/CrashSweep", swiftSettings: strict),
    .executableTarget(
      name: "crash-test",
      dependencies: [
        "CrashSweep", "Columnar", "FileStorage", "Lakehouse", "TestSupport", "Workers",
      ],
      path: "Tests/CrashTest", swiftSettings: strict),
    // Mutated input for the parsers of foreign bytes; `scripts/fuzz` builds and runs it.
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Columnar", "Compression", "FileStorage", "JSONText", "Parquet", "DeltaLake", "TestSupport",
      ], path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: strict),
    tests(of: "Columnar", uses: ["TestSupport"]),
    tests(of: "Workers"),
    tests(of: "JSONText"),
    tests(of: "FileStorage", uses: ["TestSupport"]),
    tests(of: "Compression"),
    tests(of: "Parquet", uses: ["Columnar", "FileStorage", "Compression", "TestSupport"]),
    tests(
      of: "DeltaLake", uses: ["Columnar", "FileStorage", "JSONText", "Parquet", "TestSupport"]),
    tests(
      of: "LakeCatalog",
      uses: ["Columnar", "FileStorage", "JSONText", "DeltaLake", "CSQLite", "TestSupport"]),
    tests(
      of: "Ingest", uses: ["Columnar", "Compression", "FileStorage", "Parquet", "TestSupport"]),
    tests(of: "QueryLanguage"),
    tests(
      of: "QueryEngine",
      uses: ["Columnar", "FileStorage", "Workers", "QueryLanguage", "TestSupport"],
      data: ["Golden/Answers"]),
    tests(of: "Quant"),
    tests(
      of: "RiskCalculators",
      uses: ["Columnar", "Workers", "Compression", "Quant", "QueryEngine", "QueryLanguage"]),
    tests(
      of: "MaterializedViews",
      uses: [
        "Columnar", "FileStorage", "LakeCatalog", "QueryLanguage", "QueryEngine", "TestSupport",
      ]),
    tests(
      of: "Lakehouse",
      uses: [
        "Columnar", "CrashSweep", "FileStorage", "LakeCatalog", "MaterializedViews", "QueryEngine",
        "QueryLanguage", "Reports", "TestSupport",
      ]),
    tests(of: "Reports", uses: ["Columnar", "FileStorage", "Lakehouse", "TestSupport"]),
    tests(
      of: "Shell", uses: ["Columnar", "FileStorage", "Lakehouse", "Reports", "TestSupport"],
      data: ["Morning"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
