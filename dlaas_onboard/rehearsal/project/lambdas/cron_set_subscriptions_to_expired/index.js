const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async () => {
  for (const { user, gracePeriodEnds } of await subscriptionsThatExpiredToday()) {
    await sendEmailWithTemplate({
      email: user.email,
      subject: `${config.SERVICE_NAME}: your subscription has expired`,
      template: "subscription-expired",
      values: { userName: user.name, gracePeriodEnds },
    });
  }
};
