const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const { email } = JSON.parse(event.body);
  const resetCode = await storeResetCode(email);
  await sendEmailWithTemplate({
    email,
    subject: `Reset your password at ${config.SERVICE_NAME}`,
    template: "password-reset-request",
    values: { serviceName: config.SERVICE_NAME, resetCode },
  });
  return { statusCode: 200 };
};
