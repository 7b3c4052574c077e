"""The names by which the columns of a customer master are known, in English and in Chinese."""

from simkit.portfolio.ledger_columns import Vocabulary
from simkit.portfolio.ledger_names import COLUMNS as LEDGER_COLUMNS

COLUMNS: dict[str, tuple[str, ...]] = {
    "customer_id": (
        *LEDGER_COLUMNS["customer_id"][:2],
        "id companyid firmid 编号 企业编号 公司编号 企业代号 company companyname firm 企业名称 公司名称",
    ),
    "defaulted": (
        "defaulted default isdefault defaultflag bankrupt insolvent insolvency bad badflag 违约 是否违约 违约标志"
        " 是否破产 破产 失信 是否失信",
    ),
    "default_date": (
        "defaultdate dateofdefault insolvencydate bankruptcydate 违约日期 违约日 违约时间 破产日期",
    ),
    "past_invoices": ("pastinvoices historyinvoices numberofinvoices 历史发票数 历史账单数 历史发票数量",),
    "past_late_invoices": ("pastlateinvoices lateinvoices overdueinvoices 历史逾期发票数 逾期发票数 逾期次数",),
    "past_overdue": ("pastoverdue lateshare overdueshare historicaloverduerate 历史逾期率 历史逾期占比",),
    "legal_disputes": (
        "legaldisputes disputes lawsuits litigation litigations 法律纠纷 法律纠纷数 诉讼次数 涉诉次数 诉讼",
    ),
    "current_ratio": ("currentratio 流动比率",),
    "quick_ratio": ("quickratio acidtestratio acidtest 速动比率",),
    "receivables_turnover": (
        "receivablesturnover receivableturnover arturnover debtorsturnover 应收账款周转率 应收账款周转次数",
    ),
    "profitability": ("profitability returnonassets roa 总资产报酬率 资产收益率 总资产收益率",),
    "debt_ratio": ("debtratio debttoassets liabilitiestoassets leverage 资产负债率 负债率",),
    "net_assets_million": ("netassetsmillion equitymillion",),
    "net_assets": (
        "netassets equity totalequity bookequity networth shareholdersequity 净资产 所有者权益 股东权益"
        " 所有者权益合计",
    ),
    "total_assets": ("totalassets assets 总资产 资产总额 资产总计 资产合计",),
    "total_liabilities": ("totalliabilities liabilities 总负债 负债总额 负债合计",),
    "current_assets": ("currentassets totalcurrentassets 流动资产 流动资产合计",),
    "current_liabilities": (
        "currentliabilities shorttermliabilities totalcurrentliabilities 流动负债 流动负债合计",
    ),
    "inventory": ("inventory inventories stock 存货",),
    "receivables": ("receivables accountsreceivable tradereceivables 应收账款 应收账款余额",),
    "sales": ("sales revenue turnover netsales operatingrevenue 营业收入 销售收入 主营业务收入",),
    "operating_profit": ("operatingprofit ebit operatingincome 营业利润 息税前利润",),
    "pledgeable_cover": ("pledgeablecover collateralcover 抵押覆盖率 可抵押资产覆盖率",),
    "pledgeable_assets": ("pledgeableassets collateral collateralvalue 可抵押资产 抵押物价值 抵押资产",),
    "exposure": ("exposure usualexposure creditexposure 风险敞口 授信敞口 赊销余额",),
    "industry_phase": ("industryphase 行业阶段 行业周期 行业景气",),
    "market_rank": ("marketrank marketrankpercentile 市场排名 市场地位 市场排名百分位",),
}  # fmt: skip
"""Each field's names, one text a rank (see `simkit.portfolio.ledger_names`)."""

MONEY = (
    "net_assets", "total_assets", "total_liabilities", "current_assets", "current_liabilities", "inventory",
    "receivables", "sales", "operating_profit", "pledgeable_assets", "exposure",
)  # fmt: skip
"""Fields that are amounts of money."""

SHARES = ("past_overdue", "profitability", "debt_ratio", "market_rank")
"""Fields that some tables state in per cent."""

MASTER = Vocabulary(COLUMNS, ("customer_id",), "customer")
