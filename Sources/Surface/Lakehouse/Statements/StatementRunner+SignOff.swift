import Columnar
import JSONText
import LakeCatalog
import MaterializedViews
import QueryEngine
import QueryLanguage

// SIGN, CLOSE DAY and REOPEN DAY.

extension StatementRunner {
  /// Signs what a view shows of a date: its rows as the last run of that date made them.
  ///
  /// The signer is the operating system's user, whatever `--actor` says, and is not who made the
  /// run, whatever `--actor` said then.
  func sign(_ sign: Sign) throws(QueryError) -> String {
    let lake = try workspace.lake(for: sign.view)
    let book = SignatureBook(lake)
    let date = try day(sign.date)
    let signer = session.user
    do throws(CatalogError) {
      guard let view = try book.view(sign.view.dotted) else {
        throw CatalogError.invalid("there is no materialized view \(sign.view.dotted)")
      }
      guard let content = try book.content(of: view, on: date) else {
        throw CatalogError.invalid("\(view) has no rows of \(date) that a run made")
      }
      if content.maker == signer || content.makerUser == signer {
        throw CatalogError.invalid(
          "\(signer) made run \(content.run) of \(view) and cannot sign it: "
            + "another user of the operating system must")
      }
      let number = try book.signatures().count + 1
      let signature = Signature(
        view: view, date: date, signer: signer, maker: content.maker,
        makerUser: content.makerUser, run: content.run, hash: content.hash,
        comment: sign.comment?.text, time: lake.clock())
      let committer = session.committer(lake)
      var commit = committer.prepare([], operation: "SIGN", statement: text)
      commit.actor = signer
      commit.reason = sign.comment?.text
      commit.settings = [
        SettingRecord(name: SignatureBook.signed(number), value: signature.json)
      ]
      try lake.catalog.commit(commit)
      return "\(signer) signed \(view) for \(date) (run \(content.run))"
    } catch {
      throw QueryError(error, at: sign.view.range)
    }
  }

  /// Seals a business date: tags and pins the snapshot, which AS REPORTED shows from then on.
  ///
  /// Every materialized view with rows of the date must be signed as it is now.
  func closeDay(_ change: DayChange) throws(QueryError) -> String {
    let date = try day(change.date)
    let lake = try workspace.lake(for: QualifiedName([Identifier("day")]))
    let book = SignatureBook(lake)
    do throws(CatalogError) {
      if let event = try book.events(of: date).last, event.isClosed {
        throw CatalogError.invalid("\(date) was closed by \(event.actor); REOPEN DAY opens it")
      }
      let unsigned = try book.unsigned(on: date)
      guard unsigned.isEmpty else {
        throw CatalogError.invalid(
          "\(date) cannot be closed: not signed as they are now: "
            + unsigned.joined(separator: ", "))
      }
      let open = try AdjustmentBook(lake).open(on: date)
      guard open.isEmpty else {
        throw CatalogError.invalid("\(date) cannot be closed: " + open.joined(separator: "; "))
      }
      let events = try book.events(of: date)
      let number = events.count + 1
      let closing = events.count { $0.isClosed } + 1
      let tag = closing == 1 ? "closed-\(date)" : "closed-\(date)-\(closing)"
      var commit = dayCommit("CLOSE DAY", change, date, number, isClosed: true, lake)
      commit.tags = [TagRecord(name: tag, snapshot: LakeCommit.thisSnapshot)]
      commit.seals = [
        SealRecord(businessDate: date, snapshot: LakeCommit.thisSnapshot, tag: tag)
      ]
      let outcome = try lake.catalog.commit(commit)
      return "closed \(date) at snapshot \(outcome.snapshot.id), tag '\(tag)'"
    } catch {
      throw QueryError(error, at: change.date.range)
    }
  }

  /// What was sealed stays what AS REPORTED shows, until the day is closed again.
  func reopenDay(_ change: DayChange) throws(QueryError) -> String {
    let date = try day(change.date)
    let lake = try workspace.lake(for: QualifiedName([Identifier("day")]))
    let book = SignatureBook(lake)
    do throws(CatalogError) {
      let events = try book.events(of: date)
      guard events.last?.isClosed == true else {
        throw CatalogError.invalid("\(date) is not closed")
      }
      let commit = dayCommit(
        "REOPEN DAY", change, date, events.count + 1, isClosed: false, lake)
      try lake.catalog.commit(commit)
      return "reopened \(date); what was reported stays under AS REPORTED"
    } catch {
      throw QueryError(error, at: change.date.range)
    }
  }

  private func dayCommit(
    _ operation: String, _ change: DayChange, _ date: CalendarDate, _ number: Int,
    isClosed: Bool, _ lake: Lake
  ) -> LakeCommit {
    let actor = session.user
    var commit = session.committer(lake).prepare([], operation: operation, statement: text)
    commit.actor = actor
    commit.reason = change.reason?.text
    let event = DayEvent(
      date: date, isClosed: isClosed, actor: actor, reason: change.reason?.text,
      time: lake.clock())
    commit.settings = [
      SettingRecord(name: SignatureBook.event(date, number), value: event.json)
    ]
    return commit
  }

  func day(_ text: TextLiteral) throws(QueryError) -> CalendarDate {
    guard let date = CalendarDate(text.text) else {
      throw QueryError(.type, "'\(text.text)' is no date", at: text.range)
    }
    return date
  }
}
