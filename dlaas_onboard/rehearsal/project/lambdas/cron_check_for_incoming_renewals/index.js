const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async () => {
  for (const { userId, renewalDate } of await renewalsInSevenDays()) {
    const user = await getUserBy("id", userId);
    await sendEmailWithTemplate({
      email: user.email,
      subject: `${config.SERVICE_NAME}: your subscription renews soon`,
      template: "subscription-renewal",
      values: { serviceName: config.SERVICE_NAME, userName: user.name, renewalDate },
    });
  }
};
