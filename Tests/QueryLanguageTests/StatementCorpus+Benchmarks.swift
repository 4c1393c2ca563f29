extension StatementCorpus {
  /// Shapes from public benchmarks and test suites.
  static let benchmarks = [
    """
    select desk, counterparty, mv, rk from (
      select desk, counterparty, mv,
        row_number() over (partition by desk order by mv desc, counterparty) as rk
      from (select desk, counterparty, sum(market_value) as mv
            from positions where as_of_date = date '2025-01-15' group by desk, counterparty) g) r
    where rk <= 10 order by desk, rk
    """,
    """
    select coalesce(t.desk, p.desk) as desk,
           sum(case when p.trade_id is null then t.market_value else 0 end) as mv_new
    from (select trade_id, desk, market_value from positions) t
    full join (select trade_id, desk, market_value from positions) p on t.trade_id = p.trade_id
    group by coalesce(t.desk, p.desk) order by 1
    """,
    """
    select l_returnflag, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge
    from lineitem where l_shipdate <= date '1998-12-01' - interval '90' day
    group by l_returnflag order by l_returnflag
    """,
    """
    select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as share
    from (select extract(year from o_orderdate) as o_year, n2.n_name as nation,
            l_extendedprice * (1 - l_discount) as volume
          from part, orders, nation n1, nation n2 where p_partkey = l_partkey) as all_nations
    group by o_year
    """,
    """
    select cntrycode, count(*) as numcust from (
      select substring(c_phone from 1 for 2) as cntrycode, c_acctbal from customer
      where substring(c_phone from 1 for 2) in ('13', '31')
        and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00)
        and not exists (select * from orders where o_custkey = c_custkey)) as custsale
    group by cntrycode
    """,
    """
    with revenue (supplier_no, total) as (
      select l_suppkey, sum(l_extendedprice) from lineitem
      where l_shipdate >= date '1996-01-01' and l_shipdate < date '1996-01-01' + interval '3' month
      group by l_suppkey)
    select s_suppkey, total from supplier, revenue
    where s_suppkey = supplier_no and total = (select max(total) from revenue)
    """,
    "SELECT ALL - col0 * + 97 AS col1 FROM tab0 cor0 WHERE NOT col1 IS NULL",
    "SELECT ALL ( - ( + col0 ) ) FROM tab0 WHERE ( NULL ) NOT BETWEEN - col1 AND ( NULL )",
    "SELECT DISTINCT - COUNT( * ) + + 51 FROM tab1 AS cor0 CROSS JOIN tab2",
    "SELECT CAST( NULL AS INTEGER ), CASE a+1 WHEN b THEN 111 WHEN c THEN 222 ELSE 555 END FROM t1",
    "SELECT (SELECT count(*) FROM t1 AS x WHERE x.b<t1.b), abs(b-c) FROM t1 WHERE (e>a AND e<b)",
  ]
}
