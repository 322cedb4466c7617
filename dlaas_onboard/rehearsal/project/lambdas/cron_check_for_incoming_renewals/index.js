const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async () => {
  for (const { user, renewalDate } of await renewalsInSevenDays()) {
    await sendEmailWithTemplate({
      email: user.email,
      subject: `${config.SERVICE_NAME}: your subscription renews soon`,
      template: "subscription-renewal",
      values: { serviceName: config.SERVICE_NAME, userName: user.name, renewalDate },
    });
  }
};
