import Columnar
import Quant

/// Values and sensitivities of some trades on the curves of one currency.
struct RateSensitivities: Sendable {
  /// Key by key, trade by trade within; empty unless asked for.
  struct Keys: Sendable {
    /// By trade.
    var npv: [Double] = []
    var par: [Double] = []
    var zero: [Double] = []
    var parBumped: [Double] = []
    var zeroBumped: [Double] = []
  }

  /// What to compute of each trade.
  enum Detail: Sendable {
    case parallel
    case keys
    case bumpedKeys
  }

  static let basisPoint = 1e-4

  static let columns = [
    OutputColumn("dv01", .double, "derivative by all quotes in parallel, times 0.0001"),
    OutputColumn("dv01_bumped", .double, "value after all quotes rise by 0.0001, less before"),
    OutputColumn("dv01_zero", .double, "derivative by all zero rates in parallel, times 0.0001"),
    OutputColumn(
      "dv01_zero_bumped", .double, "value after all zero rates rise by 0.0001, less before"),
  ]

  /// By trade; empty when keys were asked for.
  var trades: [RatePortfolio.Parallel] = []
  var keys = Keys()
  var quoteCount = 0
  var keyCount = 0

  /// In the order of the static `columns`.
  var figures: [Column] {
    func column(_ figure: (RatePortfolio.Parallel) -> Double) -> Column {
      Column(.double, .double(trades.map(figure)))
    }
    return [
      column { $0.par * Self.basisPoint }, column { $0.parBumped },
      column { $0.zero * Self.basisPoint }, column { $0.zeroBumped },
    ]
  }

  var values: Column { Column(.double, .double(trades.map(\.value))) }
}
