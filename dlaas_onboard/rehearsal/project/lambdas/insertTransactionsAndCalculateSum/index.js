const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const { user, invoice, amount } = await bookPayment(event);
  await sendEmailWithTemplate({
    email: user.email,
    subject: `${config.SERVICE_NAME}: payment received`,
    template: "payment-received",
    values: { userName: user.name, amount, invoiceNumber: invoice.number },
  });
};
