const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async (event) => {
  const { email } = JSON.parse(event.body);
  const code = await storeUnconfirmedUser(email);
  await sendEmailWithTemplate({
    email,
    subject: `Confirm your address at ${config.SERVICE_NAME}`,
    template: "account-created",
    values: {
      serviceName: config.SERVICE_NAME,
      confirmationLink: `https://api.${config.SERVICE_DOMAIN}/user/confirm?code=${code}`,
    },
  });
  return { statusCode: 200 };
};
