/** The emoji to choose from, each with the words it is found by. */
const source = `
Faces
😀 grin happy|😄 smile happy|😁 beam|😆 laugh|😅 sweat relief|🤣 rofl laugh|😂 joy tears laugh|🙂 slight smile|🙃 upside down|😉 wink|😊 blush smile|😇 angel innocent|🥰 love hearts|😍 heart eyes love|😘 kiss|😋 yum tasty|😛 tongue|😜 wink tongue|🤪 zany crazy|🤑 money|🤗 hug|🤭 oops giggle|🤫 quiet shush|🤔 think hmm|🤐 zip quiet|🤨 doubt eyebrow|😐 neutral|😑 expressionless|😶 speechless|😏 smirk|😒 unamused|🙄 eye roll|😬 grimace|😌 relieved|😔 pensive sad|😪 sleepy|😴 sleep tired|😷 mask ill|🤒 fever ill|🤕 hurt|🤢 sick|🤮 vomit|🤧 sneeze|🥵 hot|🥶 cold|🥴 dizzy|😵 dizzy dead|🤯 mind blown|🤠 cowboy|🥳 party celebrate|😎 cool sunglasses|🤓 nerd|🧐 monocle|😕 confused|😟 worried|🙁 frown|😮 wow open mouth|😲 astonished|😳 flushed|🥺 plead please|😨 fear|😰 anxious|😥 sad relief|😢 cry sad|😭 sob cry|😱 scream|😞 disappointed|😓 sweat|😩 weary|😫 tired|🥱 yawn bored|😤 huff|😡 angry|🤬 swear|😈 devil|💀 skull dead|💩 poo|🤡 clown|👻 ghost|👽 alien|🤖 robot bot|😺 cat
Hands
👍 thumbs up yes ok good +1|👎 thumbs down no bad -1|👌 ok perfect|✌️ victory peace|🤞 luck fingers crossed|🤟 love you|🤘 rock|👈 left|👉 right|👆 up|👇 down|☝️ one|✋ stop hand|🤚 hand|🖐️ hand five|👋 wave hello bye|🤙 call|💪 strong muscle|🙏 thanks please pray|🤝 handshake deal|👏 clap bravo|🙌 hooray|👐 open hands|✊ fist|👊 punch fist|✍️ write|👀 eyes look|🧠 brain|👂 ear listen|🫡 salute|🤷 shrug|🤦 facepalm|🙋 raise hand question|🙆 okay|🙅 no
Hearts
❤️ heart love red|🧡 heart orange|💛 heart yellow|💚 heart green|💙 heart blue|💜 heart purple|🖤 heart black|🤍 heart white|💔 broken heart|💕 hearts|💯 hundred perfect|💥 boom|💫 dizzy|💬 speech talk|💤 sleep|🔥 fire hot|✨ sparkle|⭐ star|🌟 star glow|🎉 party tada celebrate|🎊 confetti|🎁 gift present|🏆 trophy win|🥇 medal first
Nature
🐶 dog|🐱 cat|🐭 mouse|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐸 frog|🐵 monkey|🙈 see no evil|🐔 chicken|🐧 penguin|🦆 duck|🦉 owl|🐝 bee|🐛 bug|🦋 butterfly|🐢 turtle|🐙 octopus|🐳 whale|🌱 seedling|🌳 tree|🌵 cactus|🌻 sunflower|🌹 rose|🍀 clover luck|🌍 earth world|🌙 moon|☀️ sun|⛅ cloud|🌧️ rain|⛄ snow|🌈 rainbow|⚡ lightning|🌊 wave sea
Food
☕ coffee|🍵 tea|🍺 beer|🍻 cheers beer|🍷 wine|🥂 cheers|🍕 pizza|🍔 burger|🍟 fries|🌮 taco|🍣 sushi|🍜 noodles|🥗 salad|🍞 bread|🥐 croissant|🧀 cheese|🍎 apple|🍌 banana|🍓 strawberry|🍉 melon|🥑 avocado|🍰 cake|🎂 birthday cake|🍪 cookie|🍫 chocolate|🍩 doughnut|🍿 popcorn
Things
🚀 rocket ship launch|✈️ plane flight|🚗 car|🚲 bike|🚆 train|🏠 house home|🏢 office|🏖️ beach holiday|⛰️ mountain|⚽ football|🏀 basketball|🎮 game|🎲 dice|🎵 music|🎧 headphones|🎸 guitar|🎬 film|📷 photo camera|💻 laptop computer|⌨️ keyboard|📱 phone|🔋 battery|💡 idea light|🔧 wrench fix|🔨 hammer build|⚙️ gear settings|🔒 lock secure|🔑 key|📌 pin|📎 clip|📝 note memo|📅 calendar date|📈 chart up|📉 chart down|📦 package ship|✉️ mail|🔔 bell|⏰ alarm time|⏳ wait hourglass|💰 money|🗑️ trash
Signs
✅ done check yes|✔️ check|❌ cross no|❗ important|❓ question|⚠️ warning|🚫 forbidden|🛑 stop|♻️ recycle|➕ plus|➖ minus|➡️ right arrow|⬅️ left arrow|⬆️ up arrow|⬇️ down arrow|🔴 red|🟠 orange|🟡 yellow|🟢 green|🔵 blue|🏁 finish flag|🏳️‍🌈 pride flag
`

export interface EmojiGroup {
  name: string
  emoji: readonly { char: string; words: string }[]
}

export const emojiGroups: readonly EmojiGroup[] = readGroups(source)

function readGroups(text: string): EmojiGroup[] {
  const lines = text.trim().split('\n')
  const groups: EmojiGroup[] = []
  for (let at = 0; at < lines.length; at += 2) {
    const emoji = (lines[at + 1] ?? '').split('|').map((entry) => {
      const space = entry.indexOf(' ')
      return { char: entry.slice(0, space), words: entry.slice(space + 1) }
    })
    groups.push({ name: lines[at] ?? '', emoji })
  }
  return groups
}
