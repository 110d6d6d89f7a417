export { alarmRoleOf, alarmSubjects, type AlarmRole } from './alarm-roles.js';
export { REMINDER_WAITS_MS, reminderOf, waitAfterTelling, type AlarmTold, type Reminder } from './reminders.js';
