const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const invoice = await storeInvoice(event);
  const user = await getUserBy("id", invoice.userId);
  await sendEmailWithTemplate({
    email: user.email,
    subject: `${config.SERVICE_NAME}: invoice ${invoice.number}`,
    template: "invoice",
    values: {
      serviceName: config.SERVICE_NAME,
      userName: user.name,
      invoiceNumber: invoice.number,
      amount: invoice.amount,
      dueDate: invoice.dueDate,
      paymentLink: invoice.link,
    },
  });
};
