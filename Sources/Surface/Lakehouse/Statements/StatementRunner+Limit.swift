import LakeCatalog
import QueryEngine
import QueryLanguage

// CREATE LIMIT and DROP LIMIT.

extension StatementRunner {
  /// The limit is measured at once, so that `system.limits` shows it before the next refresh.
  func createLimit(_ create: CreateLimit) throws(QueryError) -> String {
    let lake = try workspace.lake(for: create.view)
    let setting = LimitBook.setting(create.name)
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: "CREATE LIMIT", statement: text)
    var definition = create
    definition.orReplace = false
    let printed = SyntaxPrinter.text(of: Statement(.createLimit(definition)))
    do throws(CatalogError) {
      if try lake.catalog.setting(setting) != nil, !create.orReplace {
        throw CatalogError.invalid("there is a limit \(create.name.text) already")
      }
    } catch {
      throw QueryError(error, at: create.name.range)
    }
    commit.settings = [SettingRecord(name: setting, value: printed)]
    let host: LakeViewHost
    do throws(CatalogError) { host = try LakeViewHost(session, lake: lake) } catch {
      throw QueryError(error)
    }
    let checks = try LimitBook(lake).measure(create, dates: [], with: host)
    if let fault = checks.compactMap({ LimitState($0)?.fault }).first, checks.count == 1 {
      throw QueryError(
        .name, "the limit \(create.name.text) cannot be measured: \(fault)", at: create.name.range)
    }
    commit.checks = checks
    _ = try committer.commit(commit)
    let open = checks.count { $0.status == "fail" }
    return "created limit \(create.name.text) on \(create.view.dotted)"
      + (open > 0 ? ": \(open) breach\(open == 1 ? "" : "es") now" : "")
  }

  /// What was recorded of the limit stays.
  func dropLimit(_ name: Identifier, ifExists: Bool) throws(QueryError) -> String {
    let lake = try workspace.lake(for: QualifiedName([name], range: name.range))
    let setting = LimitBook.setting(name)
    do throws(CatalogError) {
      if try lake.catalog.setting(setting) == nil {
        if ifExists { return "limit \(name.text) is not there" }
        throw CatalogError.invalid("there is no limit \(name.text)")
      }
    } catch {
      throw QueryError(error, at: name.range)
    }
    let committer = session.committer(lake)
    var commit = committer.prepare([], operation: "DROP LIMIT", statement: text)
    commit.settings = [SettingRecord(name: setting, value: nil)]
    _ = try committer.commit(commit)
    return "dropped limit \(name.text)"
  }
}
