const { sendEmailWithTemplate, config } = require("../../common");

exports.handler = async () => {
  for (const { userId, gracePeriodEnds } of await subscriptionsThatExpiredToday()) {
    const user = await getUserBy("id", userId);
    await sendEmailWithTemplate({
      email: user.email,
      subject: `${config.SERVICE_NAME}: your subscription has expired`,
      template: "subscription-expired",
      values: { userName: user.name, gracePeriodEnds },
    });
  }
};
