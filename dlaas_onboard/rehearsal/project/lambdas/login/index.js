exports.handler = async (event) => {
  const user = await findUser(JSON.parse(event.body).email);
  if (!user.confirmed) {
    return { statusCode: 403, body: "Confirm your address first" };
  }
  return { statusCode: 200, body: await newToken(user) };
};
