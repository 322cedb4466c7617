const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const user = await getUserByResetCode(await changePassword(JSON.parse(event.body)));
  await sendEmailWithTemplate({
    email: user.email,
    subject: "Your password was changed",
    template: "password-reset-confirmation",
    values: { serviceName: config.SERVICE_NAME },
  });
  return { statusCode: 200 };
};
