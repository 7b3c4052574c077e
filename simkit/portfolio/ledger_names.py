"""The names by which the columns of a ledger are known, in English, in Chinese and in SAP."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "customerid custid custnumber customernumber customerno customercode custno custcode clientid"
        " clientno clientcode debtorid debtorno accountnumber kunnr 客户编号 客户代码 客户编码 客户号"
        " 客户id 购方编号 往来单位编号",
        "customer customername client clientname debtor debtorname buyer buyername namecustomer"
        " accountname soldto 客户 客户名称 客户全称 客户单位 购买方 购买方名称 购方名称 买方 买方名称"
        " 往来单位 往来单位名称 付款单位 付款方 单位名称",
        "vendorid vendornumber vendorno vendorcode supplierid suppliernumber supplierno lifnr"
        " 供应商编号 供应商代码",
        "vendor vendorname supplier suppliername 供应商 供应商名称",
    ),
    "invoice_id": (
        "invoiceid invoiceno invoicenumber invoicenum invoicecode invoiceref invoice invno billno"
        " billnumber vbeln 发票号 发票号码 发票编号 票号 账单号 账单编号",
        "lineid documentnumber documentno documentid docnumber docno docid belnr 单据号 单据编号 单号"
        " 凭证号 凭证编号",
    ),
    "issue_date": (
        "issuedate issuedon dateissued invoicedate dateofinvoice invdate billdate billingdate fkdat"
        " 开票日期 开票日 开票时间 发票日期 开具日期 出票日期 账单日期",
        "postingdate budat 过账日期 记账日期 入账日期",
        "documentdate docdate documentcreatedate bldat 单据日期 凭证日期",
        "baselinedate baselinecreatedate transactiondate 业务日期 销售日期 发货日期 交易日期",
        "issuedateest invoicedateest postingdateest issuedateestimated invoicedateestimated"
        " postingdateestimated",
        "date 日期",
    ),
    "issue_date_imputed": ("issuedateimputed",),
    "due_date": (
        "duedate dueindate datedue dueon netduedate netdue paymentduedate paymentdue maturitydate"
        " faedt 到期日 到期日期 到期时间 应收日期 应回款日期 应回款日 应付款日期 应付日期 约定回款日期"
        " 付款到期日 账期到期日 最后付款日",
    ),
    "paid_date": (
        "paiddate datepaid paidon paymentdate dateofpayment cleardate clearingdate clearedon augdt"
        " settleddate settlementdate receiptdate receiveddate datereceived collectiondate 回款日期"
        " 回款日 回款时间 实际回款日期 实际回款日 收款日期 收款日 实际收款日期 付款日期 实际付款日期"
        " 支付日期 到账日期 核销日期 结清日期",
    ),
    "amount": (
        "invoiceamount invoicetotal invoicevalue totalopenamount grossamount amountfen 发票金额"
        " 开票金额 价税合计 含税金额 应收金额 应收账款 应收账款金额 应收款",
        "amount amt totalamount totalamt total dmbtr wrbtr amountinlocalcurrency"
        " amountindocumentcurrency 金额 总金额 合计金额 总额",
    ),
    "paid_amount": (
        "paidamount paidfen amountpaid paidtodate settled settledamount amountsettled amountreceived"
        " receivedamount paymentamount collectedamount 已回款 已回款金额 回款金额 回款额 已收款"
        " 已收款金额 已收金额 收款金额 实收金额 实收 已付金额 到账金额 核销金额",
    ),
    "outstanding": (
        "outstanding outstandingamount outstandingbalance outstandingfen balance balancedue"
        " openamount openbalance remaining remainingamount 未回款 未回款金额 未收款 未收款金额"
        " 未收金额 未收 余额 欠款 欠款金额 应收余额 未结金额 剩余金额",
    ),
    "currency": ("currency currencycode ccy curr waers invoicecurrency 币种 币别 货币 货币代码",),
    "disputed": (
        "disputed dispute indispute isdisputed disputeflag 争议 是否争议 有争议 是否有争议 争议标志",
    ),
    "credited_invoice": (
        "appliesto appliedto creditedinvoice originalinvoice originalinvoiceno originalinvoicenumber"
        " referenceinvoice refinvoice 原发票号 原发票号码 原发票 对应发票号 冲销发票号 红冲发票号",
    ),
}
"""Each field's names, one text a rank, in small letters without spaces and signs.

The more exact ranks come first: a ledger with 客户编号 and 客户名称 is read by the former. Between two
columns of the same rank the user has to choose.
"""
