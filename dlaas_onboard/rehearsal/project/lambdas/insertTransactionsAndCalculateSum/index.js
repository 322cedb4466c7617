const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const { invoice, amount } = await bookPayment(event);
  const user = await getUserBy("id", invoice.userId);
  await sendEmailWithTemplate({
    email: user.email,
    subject: `${config.SERVICE_NAME}: payment received`,
    template: "payments",
    values: { userName: user.name, amount, invoiceNumber: invoice.number },
  });
};
